"""Nothing unseen: every queue of the hub on one page, with how old its oldest part is.

Words: queue (something waits there), opened (somebody looked; before that the risk is unknown),
nobody (no active person can see it). rules.py lists the queues, queues.sql counts them: only what
its reader may know of. A queue that is too old is told to the hub's managers, once a day each.
Doors in: views.queues, jobs.page_stale_queues.
"""
