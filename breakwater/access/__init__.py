"""Who may see and do what: agencies, teams, the people who work there, roles, cases, grants.

Words: agency, team, user, role (which verbs at all), case (the unit of need-to-know), grant (why
someone may see a case), exclusion (why someone never may), view (the right to read, for a minute).
door.sql decides, writes it down and only then shows; no grant, no access, also for raw SQL.
Doors in: actions.acting (every action goes through it), look, look_beside, show_list, engine_for,
open_case, give_grant. Doors out: queries; the table of roles is policy.py.
"""
