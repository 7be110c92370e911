"""The page that opens a case in an emergency: a case number or a referral's reference, and why.

Who may, for how long and who is told is decided in access.glass.
Doors in: actions.open_in_emergency.
"""
