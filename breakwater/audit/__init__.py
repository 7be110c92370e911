"""The ledger: proof that something was done or seen.

Every action, every view of a case and every refusal is an entry; entries are never changed.
An entry holds ids, codes and counts, never what a person wrote. The worker gives each its place in
a Merkle tree (sequencer) and signs the root (notes), so that no change goes unseen (verifier).
Words: ledger entry, leaf, checkpoint, witness (docs/ledger.md).
Doors in: actions.record, actions.erase. Doors out: queries, export.
"""
