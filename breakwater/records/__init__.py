"""What stays of a case: who looked at it, what its people may read of it, how long it is kept.

Words: who looked (the ledger, readable), replay (a past decision as it stood when it was made),
subject access (somebody asks what is held about them), retention class (how long a kind of record
is kept, and why), hold (an inquiry: nothing is erased), letting go (two people agree; after a grace
the worker erases).
Doors in: wholooked.actions, replay.actions, subjectaccess.actions, retention.actions, jobs.
Doors out: none.
"""
