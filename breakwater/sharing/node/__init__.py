"""A partner's side of discovery, and the key holder: pure, without Django or a database of the hub.

Words: word (a match key of people.linkage), inner (the key holder's PRF of it), outer (the node's
PRF of that), entry (20 bytes of an index: who holds it sees noise), bucket (entries that lie
together), statement (what a sender signs: who, to whom, when, for what).
Doors in: command.py (`breakwater node ...`), service.py and holder.py (WSGI apps).
Doors out, for the hub: wire, client, index, weigh.
"""
