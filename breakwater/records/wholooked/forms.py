from typing import Any

from breakwater.records.wholooked.rules import Kind
from breakwater.web.forms import GovForm, Select


class FilterForm(GovForm):
    """Whose lines, and of which kind."""

    mark_optional = False
    who = Select("Who", required=False)
    kind = Select("What", required=False)

    def __init__(self, people: list[tuple[str, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [("", "Everybody"), *people]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", "Everything"),
            *((kind.value, kind.capitalize()) for kind in Kind),
        ]
