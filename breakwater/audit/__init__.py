"""The ledger: proof that something was done or seen.

Every action, every view of a case and every refusal is an entry; entries are never changed.
Words: ledger entry. An entry holds ids, codes and counts, never what a person wrote.
Doors in: actions.record. Doors out: queries.
"""
