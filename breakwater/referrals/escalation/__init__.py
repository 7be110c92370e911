"""Before a deadline is missed, and at the miss, whoever must know is told, once.

Words: rung (whom a clock's definition names: worker, team, supervisor, manager). Whom a rung means
for one thing is escalation.sql's; nobody there: the next rung up, and never nobody.
Doors in: the worker, each minute. Doors out: alerts (access.alerts) and their e-mail.
"""
