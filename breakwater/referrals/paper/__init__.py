"""A case on paper: all that is told, decided and done in it, for a meeting or a court bundle.

Paper leaves the hub's hands, so each print says whose it is and is a ledger entry of its own.
Doors in: actions.open_for_print. Doors out: none.
"""
