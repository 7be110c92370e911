"""Signing in: who somebody is, and that it is really them.

django-allauth does the work (passwords, codes of an app, recovery codes, passkeys, OpenID Connect);
here is what it is told: no accounts of one's own making, a second factor for everybody, limits on
attempts, an entry in the ledger for all of it.
Doors in: urls; actions (links for new colleagues, ending sessions). Doors out: the session, whose
`may_work` says that the second factor was given; without it, middleware.SignedIn leads to set-up.
"""
