"""Printing a case."""

from dataclasses import replace

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from breakwater.access import actions as access
from breakwater.access.rules import Actor
from breakwater.referrals.paper import queries
from breakwater.referrals.paper.queries import CaseOnPaper

PURPOSE = "to print the case"


def open_for_print(actor: Actor, case_id: int) -> CaseOnPaper:
    """Show a case as it goes on paper; the ledger says that it was printed. Raise NotAllowed."""
    view = access.look(actor, case_id, subject=f"case:{case_id}", purpose=PURPOSE)
    with view.reading():
        case = queries.case_on_paper(case_id, timezone.now())
        above = [import_string(one) for one in settings.PAPER_PANELS]
        return replace(case, panels=[panel(case_id) for panel in above])
