"""Same person? People answer what the identity engine asks, and undo what was linked wrongly.

Words: question (a link that is asked), answer (same, different, cannot tell: a review, never
changed), split (a mention leaves its identity), join (it comes back).
Doors in: actions.answer, split, join. Doors out: queries.queue, queries.labels.
"""
