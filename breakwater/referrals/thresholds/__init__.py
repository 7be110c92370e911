"""Rules as data: which level of need is suggested, and which teams are proposed. A person decides.

Words: fact (what is known of a worry, or is not), rule (conditions over facts, and what they lead
to, with its own test table), rule set (all rules of a kind at one version, never changed), base
(the level that a category starts at), replay (what other rules would have said of past decisions).
Doors in: queries.facts_beside, rules.suggest, routing.propose, actions.change_rules.
"""
