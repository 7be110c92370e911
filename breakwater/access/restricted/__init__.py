"""Restricting a case to named people, and who guards it.

Words: guardian (is told of whoever asks), named (may see), ruling (what somebody decided about who
may see a case, and why). Doors in: actions. Doors out: queries.
"""
