"""Legal and local deadlines: what runs, until when, paused, met or missed, and who is told.

Words: clock definition (versioned, with its source), clock, pause, escalation, working day. A clock
keeps the due time that its definition gave when it started: only a pause moves it.
Doors in: actions (start, pause, resume, meet, stop; untold, mark_told), setting. Doors out:
queries, rules.time_left_in_words.
"""
