"""The way of a worry: submission, referral, triage, decision, routing.

Words: submission (what arrived, byte for byte), referral (the worry, structured), decision (level
of need, outcome, reason), route (the team that gets the work), notice (something waits for you).
Doors in: actions.receive_referral (every door ends here), decide, take_on. Doors out: queries.
The states a referral goes through are the table in rules.py; the format is submission.py.
"""
