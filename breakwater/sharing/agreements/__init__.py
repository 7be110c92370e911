"""Which agencies share what, for what, on which basis: versions that are never changed.

Words: agreement, version (what stands from a day on), party (an agency that gives, receives or
both), review (somebody looked at it again), end (a version that covers nothing). Doors in: actions;
the pages Agreements. Doors out: queries.covering(), presenter.shown(), alerts of reviews.
"""
