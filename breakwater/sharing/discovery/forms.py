from collections.abc import Sequence
from typing import Any

from breakwater.sharing.discovery.nodes import NewNode
from breakwater.sharing.rules import Purpose
from breakwater.web.forms import Choice, GovForm, Select, Text

REASONS = tuple((one.value, one.value[:1].upper() + one.value[1:]) for one in Purpose)


class WhoKnowsForm(GovForm):
    """Which child, and why; with one child in the referral that one is chosen."""

    child = Choice("Which child?", noun="which child")
    purpose = Choice(
        "Why do you ask?",
        noun="why you ask",
        hint="Each partner's own record of questions shows this reason, your agency and the time, "
        "and nothing of the child.",
        choices=REASONS,
    )

    def __init__(self, children: Sequence[tuple[int, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["child"].choices = [(str(pk), name) for pk, name in children]  # type: ignore[attr-defined]
        if len(children) == 1:
            self.initial.setdefault("child", str(children[0][0]))


class NodeForm(GovForm):
    agency = Select("Agency", noun="the agency")
    name = Text(
        "Name of the node",
        noun="the name of the node",
        hint="As it names itself: small letters, digits and hyphens, such as mill-lane-school",
        max_length=60,
        width=20,
        autocomplete="off",
        spellcheck=False,
    )
    address = Text(
        "Address",
        noun="the address",
        hint="Such as https://node.example.org:8443",
        max_length=200,
        autocomplete="off",
        spellcheck=False,
    )
    identity_key = Text(
        "Signing key",
        noun="the signing key",
        hint="Paste what the node prints. Compare it with the partner by phone",
        max_length=200,
        autocomplete="off",
        spellcheck=False,
    )
    voprf_key = Text(
        "Answering key",
        noun="the answering key",
        hint="Paste what the node prints. Compare it with the partner by phone",
        max_length=200,
        autocomplete="off",
        spellcheck=False,
    )

    def __init__(self, agencies: Sequence[tuple[int, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        chosen = [("", "Choose an agency"), *((str(pk), name) for pk, name in agencies)]
        self.fields["agency"].choices = chosen  # type: ignore[attr-defined]

    def typed(self) -> NewNode:
        told: dict[str, Any] = self.cleaned_data
        return NewNode(
            int(told["agency"]),
            told["name"],
            told["address"],
            told["identity_key"],
            told["voprf_key"],
        )
