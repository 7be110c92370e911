"""Who has a referral open, and whether anybody has opened it at all.

Words: here (a sign of life from a page), gone (it was left), opened (the first look of a team at
what waits for it: until then nobody knows how great the risk is). Doors in: actions.
"""
