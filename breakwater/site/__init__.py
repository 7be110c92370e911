"""The site: settings, urls, the command line, the embedded PostgreSQL, the demo.

The only room that knows all the others.
Doors in: the `breakwater` command (cli.py) and the web server (wsgi.py).
Doors out: every room's actions and queries.
"""
