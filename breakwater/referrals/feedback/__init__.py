"""What whoever reported a worry is told of the decision, by whom and how, or why not.

Words: feedback (one telling, or why none), template (what is usually said of an outcome). Nothing
of it goes by plain e-mail: it is said, written or handed over by a person, and written down here.
Doors in: actions.ask_for_feedback (by a decision), actions.give. Doors out: the referral's page.
"""
