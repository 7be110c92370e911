from typing import Any

from breakwater.referrals.chronology.rules import KIND_WORDS, Kind, Order
from breakwater.web.forms import GovForm, Select


class FilterForm(GovForm):
    """Which lines, and from which end."""

    mark_optional = False
    kind = Select("Show", required=False)
    order = Select("Order", required=False)

    def __init__(self, counts: dict[Kind, int], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", f"Everything ({sum(counts.values())})"),
            *((kind.value, f"{KIND_WORDS[kind]} ({counts.get(kind, 0)})") for kind in Kind),
        ]
        self.fields["order"].choices = [(one.value, one.capitalize()) for one in Order]  # type: ignore[attr-defined]
