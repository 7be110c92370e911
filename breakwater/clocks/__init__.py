"""Legal and local deadlines: what runs, until when, met or missed.

Words: clock definition (versioned, with its source), clock, working day. A clock keeps the due
time that its definition gave when it started: a later version never moves it.
Doors in: actions.start_clock, meet_clock, stop_clock. Doors out: queries, rules.time_left.
"""
