"""Breakwater: a worry about a child comes in once and leaves as a decision made in time."""

__version__ = "0.1.0"
