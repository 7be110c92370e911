"""People as they were told to the hub, and who among them is the same person.

Words: mention (a person as told by one source at one time, never changed), identity (a set of
links), link (mention -> identity, with score and evidence, reversible).
Doors in: actions.record_mentions, look_again. Doors out: queries.find, known_about.
The look-up of lookup.py is the first, honest one: exact numbers, and names with typing errors.
"""
