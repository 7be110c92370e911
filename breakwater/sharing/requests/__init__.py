"""Asking a partner's team about somebody in a case, and keeping after it until it answers.

Words: request (one a team), question (questions.toml), telling (what is told in order to ask),
override (without an agreement: a supervisor signs), reminder (0: the first mail; then late ones).
Doors in: actions.ask; after.sign, withdraw, note_call; jobs (chasing). Doors out: queries, panel.
"""
