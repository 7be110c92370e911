"""Which case somebody means. Shows nothing."""

from breakwater.referrals.models import Place, Route


def case_called(called: str) -> int | None:
    """The case behind a number or reference, whether or not it is there. At most 1 statement."""
    if called.isdecimal():
        return int(called)
    return Place.objects.filter(reference=called).values_list("case_id", flat=True).first()


def at_work_on(case_id: int | None) -> set[int]:
    """Who took on work of a case. 1 SQL statement, also for no case."""
    referrals = Place.objects.filter(case_id=case_id or 0).values("pk")
    taken = Route.objects.filter(referral__in=referrals, taken_on_by__isnull=False)
    return set(taken.values_list("taken_on_by", flat=True))
