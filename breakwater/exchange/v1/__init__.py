"""The partner API, version 1: what a partner's system may ask of the hub over HTTP.

Words: problem (what went wrong, RFC 9457), caller (who asks, by the token), page (of a list).
Doors in: urls, under /api/v1. Doors out: none.
"""
