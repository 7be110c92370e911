"""The supervisor's page: glass to judge, requests to answer, unusual searches.

Words: rate (how often glass is broken, of all openings: a defect signal). Doors in:
actions.flag_searches. Doors out: the page Supervision.
"""
