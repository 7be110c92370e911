from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from breakwater.clocks.days import HubHours
from breakwater.clocks.queries import Versions
from breakwater.clocks.rules import LONGEST, LONGEST_AREA, LONGEST_SOURCE, Unit, Whom
from breakwater.clocks.setting import NewVersion
from breakwater.referrals.clockbook import presenter
from breakwater.web.forms import Choice, Choices, Date, GovForm, HiddenNumber, Text, WholeNumber

UNITS = [(code, presenter.capital(words)) for code, words in presenter.UNITS.items()]
WHOM = [(code, presenter.capital(words)) for code, words in presenter.WHOM.items()]


class ChangeForm(GovForm):
    length = WholeNumber(
        "How long",
        noun="how long",
        hint="0 only for “before schools begin”: before the very next school day.",
        min_value=0,
        max_value=LONGEST,
    )
    unit = Choice("Counted in", noun="what it is counted in", choices=UNITS)
    source = Text(
        "Source",
        noun="the source",
        hint="The law, guidance or local agreement that sets this time. Shown beside the clock.",
        max_length=LONGEST_SOURCE,
    )
    warn = WholeNumber(
        "Warn when this much of the time is over",
        noun="how much of the time is over",
        suffix="%",
        width=3,
        min_value=1,
        max_value=99,
    )
    tell_at_warning = Choices("Whom to warn", noun="whom to warn", choices=WHOM, required=False)
    tell_at_miss = Choices("Whom to tell of a miss", noun="whom to tell of a miss", choices=WHOM)
    effective_from = Date(
        "In force from", noun="the day it is in force from", when="today or future"
    )
    # The newest version that this person saw.
    after = HiddenNumber()

    @classmethod
    def of(cls, clock: Versions, today: date, sent: Any) -> "ChangeForm":
        """The form, filled in as the clock is now."""
        now = clock.now
        return cls(
            sent,
            initial={
                "length": now.length,
                "unit": now.unit,
                "source": now.source,
                "warn": round(100 * now.warn_share),
                "tell_at_warning": list(now.tell_at_warning),
                "tell_at_miss": list(now.tell_at_miss),
                "effective_from": today,
                "after": clock.newest,
            },
        )

    @classmethod
    def once_more(cls, sent: QueryDict, newest: int) -> "ChangeForm":
        """What was typed, to be set after the version that came in between."""
        typed = sent.copy()
        typed["after"] = str(newest)
        again = cls(typed)
        again.add_error(
            None,
            f"Somebody else has set this clock since you opened it: version {newest}, shown above."
            " Check what you entered, and set it if it still holds.",
        )
        return again

    def new_version(self) -> NewVersion:
        told = self.cleaned_data
        return NewVersion(
            length=told["length"],
            unit=Unit(told["unit"]),
            source=told["source"],
            warn_share=told["warn"] / 100,
            tell_at_warning=tuple(Whom(code) for code in told["tell_at_warning"]),
            tell_at_miss=tuple(Whom(code) for code in told["tell_at_miss"]),
            effective_from=told["effective_from"],
        )


class HoursForm(GovForm):
    """One time for every day that is chosen."""

    days = Choices("On which days?", noun="the days", choices=presenter.DAYS)
    opens = Text("Opens", noun="when it opens", hint="Like 09:00", width=5, max_length=5)
    closes = Text("Closes", noun="when it closes", hint="Like 17:00", width=5, max_length=5)

    @classmethod
    def of(cls, hours: tuple[HubHours, ...], sent: Any) -> "HoursForm":
        first = hours[0]
        return cls(
            sent,
            initial={
                "days": [str(each.weekday) for each in hours],
                "opens": f"{first.opens:%H:%M}",
                "closes": f"{first.closes:%H:%M}",
            },
        )

    def clean_opens(self) -> time:
        return _time(self.cleaned_data["opens"], "When it opens")

    def clean_closes(self) -> time:
        return _time(self.cleaned_data["closes"], "When it closes")

    def weekdays(self) -> list[int]:
        return [int(day) for day in self.cleaned_data["days"]]


class BreakForm(GovForm):
    area = Text(
        "Whose schools",
        noun="whose schools",
        hint="The name of an area. Leave it empty for all of the hub’s.",
        max_length=LONGEST_AREA,
        required=False,
    )
    first = Date("First day of the break", noun="the first day of the break")
    last = Date("Last day of the break", noun="the last day of the break", when="today or future")


def _time(typed: str, what: str) -> time:
    try:
        return time.fromisoformat(typed.strip().rjust(5, "0")).replace(second=0, microsecond=0)
    except ValueError:
        raise ValidationError(f"{what} must be a time like 09:00") from None
