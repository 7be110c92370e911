"""Sealed at rest: envelope keys, so that a stolen disk, dump or backup shows no worry.

Words: data key (seals the content of one referral or one attachment), key-encryption key (wraps the
data keys; lives in the environment as DATA_KEYS, never in the database), sealed (encrypted, and
bound to what it is), what ("referral:12:narrative": a sealed value opens as nothing else).
Doors in: actions.new_key, keep, destroy; queries.keys_of; rotation.rotate. Doors out: none.
"""
