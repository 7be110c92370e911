"""What teams do with routed work: take on, refuse once, have that settled; from hand to hand.

Words: route (a team that was given the work; one leads), refusal, item, hand-over. A worry about
a child who has an allocated worker goes straight to them: passed.py. Doors in: actions.
"""
