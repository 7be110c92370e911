from datetime import date
from typing import Any

from django.http import QueryDict

from breakwater.clocks.definitions import NewVersion
from breakwater.clocks.queries import Versions
from breakwater.clocks.rules import LONGEST, LONGEST_SOURCE, Unit, Whom
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
