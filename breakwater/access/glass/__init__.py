"""Opening a case in an emergency: for an hour, with a reason, told at once, judged in 72 hours.

Words: glass (one asking), opening, answer (a second person's, where a case is restricted), review.
Doors in: actions.break_glass, answer, review. Doors out: queries.
"""
