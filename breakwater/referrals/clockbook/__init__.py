"""Every clock of the hub on one page, and setting them: definitions, hub hours, school breaks.

Clocks themselves stand below and know nobody; this room knows who reads and who may set them.
Doors in: actions. Doors out: the pages Clocks, Change a clock, Hub hours, School breaks.
"""
