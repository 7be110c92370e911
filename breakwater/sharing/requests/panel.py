"""What the page of a referral says of partners: settings.REFERRAL_PANELS names panel()."""

from typing import Any

from django.utils import timezone

from breakwater.access.rules import Actor
from breakwater.sharing.requests import presenter
from breakwater.sharing.requests.queries import requests_of


def panel(actor: Actor, case_id: int, reference: str) -> dict[str, Any]:
    """Who was asked and what they said, late ones first. 6 SQL statements; the case is held."""
    shown = presenter.panel(requests_of(case_id), actor, timezone.now())
    return {"template": "sharing/requests_panel.html", "reference": reference} | shown
