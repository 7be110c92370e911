"""Oversight: what runs the hub looks at, from the same rows as those who do the work.

Words: queue. Doors in: the page Queues (queues/), an hourly job. Doors out: alerts to hub managers.
"""
