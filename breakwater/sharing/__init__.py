"""Asking partners and telling them, lawfully, and being able to say afterwards who was told what.

Words: agreement (who shares which kinds of information for what, on which basis), request (one
agency asks a team questions), answer, disclosure (what left, field by field), override (asked or
shared without an agreement: a supervisor signs), handling (how it may be used where it goes).
Doors in: the rooms agreements, requests, portal, disclosures, discovery. Doors out: papers.
"""
