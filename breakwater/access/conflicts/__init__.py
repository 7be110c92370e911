"""Conflicts of interest: "I know this family", and whom a supervisor keeps out or lets in.

Words: exclusion (beats every grant and broken glass). Who names their family does it in people.kin,
which knows how names are compared. Doors in: actions. Doors out: queries.
"""
