"""Who looked at a case: its ledger in plain words, for who holds it and for the records desk."""
