"""Asking partners whether they know a child, without telling them which child.

Words: node (a partner's own service), index (noise that a node sends, in generations of buckets),
key holder, query (one child asked about), holding (what one node's index says, or why it could not
be asked: never 'not known' then). Doors in: asking.ask, upload (signed by a node), nodes.add.
Doors out: the page 'What each partner holds', the page of nodes, the hub's ledger.
"""
