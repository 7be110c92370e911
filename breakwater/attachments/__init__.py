"""Documents on a case: checked, scanned, rebuilt where they are pictures, sealed, never executed.

Words: document (a file that somebody added to a case), kind (what it is by its content), refused
(why it was not kept; nothing of it stays but the ledger entry).
Doors in: actions.attach, open_documents, open_document; `breakwater documents` compares files and
rows. Doors out: queries.
"""
