"""Find a person by any part of a name, alias, address, number, phone, e-mail or account.

Words: words (all that was told of somebody, folded into one text), term (a part to look for).
Doors in: actions.search. Without a grant an answer is agency, case and whom to ask, no more.
"""
