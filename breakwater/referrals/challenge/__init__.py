"""Professional disagreement: a partner challenges a decision, and who did not make it rules.

Words: challenge, level (a triage supervisor, the hub's manager, the partnership), ruling.
Doors in: actions.challenge, rule, take_up. Doors out: triage.actions.open_again, a notice to the
team that challenged. States and who may: rules.WAYS.
"""
