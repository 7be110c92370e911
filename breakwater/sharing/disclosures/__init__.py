"""What left a case to whom, field by field; taking it back and correcting it; why not shared.

Words: disclosure, field (one label and value, whose it is, from whom it came), third party,
version (a correction is a new one), recall, withheld (somebody decided not to share, and why).
Doors in: actions. Doors out: queries.told_what(case).
"""
