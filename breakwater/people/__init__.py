"""People as they were told to the hub, and who among them is the same person.

Words: mention (a person as told by one source at one time, never changed), identity (a set of
links), link (mention -> identity, with weight and evidence, reversible), profile and match key
(what a look-up reads, made from mentions by the pure library linkage/).
Doors in: actions.record_mentions, look_again. Doors out: queries.find, known_about.
"""
