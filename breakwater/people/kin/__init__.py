"""A staff member names themself and their family, so that the hub keeps those cases from them.

Words: kin (somebody named so, with a birth date). Compared like the names of mentions; nothing
tells where one met somebody. Doors in: actions.add, remove. Doors out: queries.
"""
