"""What left a case to whom, field by field; taking it back and correcting it; why not shared.

Words: disclosure, field (one label and value, whose it is, from whom it came), third party, gate
(a text does not carry who was not chosen), version (a correction is a new one), recall, withheld.
Doors in: actions, signing, taking_back, jobs. Doors out: queries.told_what and handling_of, paper.
"""
