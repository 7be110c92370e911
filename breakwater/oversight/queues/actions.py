"""Opening the queues, and alerting whoever runs the hub to what waits too long."""

import json
from datetime import datetime

from django.db import transaction

from breakwater.access import actions as access
from breakwater.access import call
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor
from breakwater.oversight.queues import queries, rules


def open_queues(actor: Actor, now: datetime) -> list[queries.QueueFacts]:
    """Show every queue of the hub, which leaves an entry. 4 SQL statements. Raise NotAllowed."""
    access.show_list(actor, Verb.SEE_QUEUES, "queues", ())
    return queries.queues(actor, now)


def page_stale_queues(now: datetime) -> int:
    """Alert once a day each to what has waited too long; return how many people were alerted."""
    with transaction.atomic():
        return int(call.value("page_stale_queues", json.dumps(rules.limits()), now))
