"""What can be turned in the identity engine, on one page. Weights are in bits (log2 of odds)."""

# From this weight on a mention is linked without asking. Chosen by `python -m
# benchmarks.linkage.calibration` for at most 1 false link in 10,000; see docs/decisions/007.
LINK_FROM = 13.0
# From this weight on a person is asked: one in ten of such pairs or more is one person.
ASK_FROM = -3.3
# A name that the frequency table does not hold is at least as rare as this.
RAREST = 2e-5
