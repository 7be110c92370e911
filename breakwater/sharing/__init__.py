"""Ask and share: lawfully, field by field, and without one big database.

Words: key holder (one secret key, knows no person), node (a partner's small service beside its own
data), generation (one whole index of a node), discovery (who knows this child?).
Doors in: `breakwater node ...` (a partner's side), sharing.discovery (the hub's side).
Doors out: people.linkage for the match keys; the hub's index through the node's `send`.
"""
