"""Partners' own systems: the partner API, later importers and exporters. No rules of its own.

Words: client (a partner's system that acts for one team), assertion (what it signs to prove that it
is the client), token (what it may act with for ten minutes), scope (what the token is good for).
Doors in: /api/v1; `breakwater client`. Doors out: none; it calls access, and sharing's portal.
"""
