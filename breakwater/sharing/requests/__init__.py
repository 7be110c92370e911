"""Asking a partner's team about somebody in a case, and keeping after it until it answers.

Words: request (one a team), question, override (without an agreement: a supervisor signs),
reminder. Doors in: actions.ask, sign, withdraw, note_call; jobs. Doors out: queries.
"""
