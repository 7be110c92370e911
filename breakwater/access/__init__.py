"""Who may see and do what: agencies, teams, the people who work there, roles, cases, grants.

Words: agency, team, user, role (which verbs at all), case (the unit of need-to-know), grant (why
someone may see a case). No grant, no access; a restricted case needs a grant by name.
Doors in: actions.acting (every action goes through it), actions.look (every view of a case),
open_case, give_grant. Doors out: queries; the table of roles is policy.py.
"""
