"""Every clock of the hub on one page, and setting one anew.

Clocks themselves stand below and know nobody; this room knows who reads and who may change them.
Doors in: actions.change_clock. Doors out: the pages Clocks and Change a clock.
"""
