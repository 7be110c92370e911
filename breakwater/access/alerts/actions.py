"""What somebody does with what they were told."""

from django.db import transaction

from breakwater.access.call import value
from breakwater.access.rules import Actor
from breakwater.audit.actions import record


def mark_seen(actor: Actor, alert_id: int | None = None) -> int:
    """Mark one alert of the actor's own as seen, or all; return how many were not yet."""
    with transaction.atomic():
        number = int(value("see_alerts", actor.session, actor.user_id, alert_id))
        if number:
            record(
                actor.ledger_name,
                "see_alerts",
                agency_id=actor.agency_id,
                facts={"alerts": number},
            )
    return number
