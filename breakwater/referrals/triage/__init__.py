"""Triage: rate, wait for more, decide, and open again what was wrongly decided.

Words: rating, pause, decision, outcome. A decision rests on what was known: sealed beside it, so
that it can be opened as it stood. Doors in: actions. The pages are in views.
"""
