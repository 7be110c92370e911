"""Who may use the API, and the proof that it is them (RFC 7523, private_key_jwt).

Doors in: actions (add, end, change keys: commands of the owner; take_token), assertions.prove.
Doors out: queries.
"""
