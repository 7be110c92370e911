"""What somebody is told at once: that somebody asked, opened, declared; never what it is about.

Words: alert. Who may see one: its recipient. Doors in: door.tell and door.tell_guards in the
database. Doors out: the page Alerts, and an e-mail that says only that something waits.
"""
