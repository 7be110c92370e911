"""What the pages of emergencies, restricted cases and conflicts show at their fullest."""

from datetime import date

from breakwater.access.conflicts.actions import keep_out
from breakwater.access.glass.rules import GlassPurpose
from breakwater.access.models import Glass, User
from breakwater.access.queries import actor_of, teams
from breakwater.access.restricted.actions import restrict
from breakwater.access.rules import Kinship
from breakwater.people.kin.actions import add
from breakwater.referrals.emergency.actions import open_in_emergency
from breakwater.referrals.models import Referral
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from tests.builders import a_person, decided, received

WHY = "The hospital has her here and asks who looks after her.\n\n" + "w" * 150
AGAIN = "9990000042"


def arrange() -> dict[str, str]:
    """Make them, and give the numbers that the pages' addresses need."""
    ward, brown = actor_of("ward"), actor_of("brown")
    patel, lind = (User.objects.get(username=name).pk for name in ("patel", "lind"))
    opened, sealed, several = (_routed(name) for name in ("Greta", "Selma", "Vera"))
    open_in_emergency(brown, str(opened), GlassPurpose.HOSPITAL, WHY)
    to_review = Glass.objects.latest("pk").pk
    keep_out(ward, sealed, patel, reason="Neighbours for years.")
    restrict(ward, sealed, reason="A colleague's family.\n" + "w" * 150, people=[lind])
    open_in_emergency(brown, str(sealed), GlassPurpose.AT_THE_DOOR, WHY)
    add(brown, Kinship.SELF, "Nia", "Brown-" + "Featherstonehaugh" * 3, date(1990, 1, 31))
    return {
        "glass_case": str(opened),
        "sealed": str(sealed),
        "several": str(several),
        "to_review": str(to_review),
        "to_answer": str(Glass.objects.latest("pk").pk),
        "named": str(lind),
        "kept_out": str(patel),
    }


def _routed(given: str) -> int:
    """A child's case that is CAIT's work; Vera is told of twice."""
    told = a_person(given=given, family="Lund", born="2013-03-03", postcode="PR3 1AA")
    if given == "Vera":
        told |= {"nhs_number": AGAIN}
    reference = received(told).reference
    team = next(team.id for team in teams() if team.name == "CAIT")
    decide(
        actor_of("hill"),
        reference,
        decided(Level.ACUTE, team, reason="Weighed against the threshold document."),
        version=1,
    )
    if given == "Vera":
        received(told, by="Harbour Road Surgery")
    return Referral.objects.get(reference=reference).case_id
