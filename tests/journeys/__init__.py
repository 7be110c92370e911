"""Journeys: what people do in the hub, in a real browser against the real server and worker."""
