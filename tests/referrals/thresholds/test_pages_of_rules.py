"""Pages of rules: who reaches them, what they say, and the way from a change to a version."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.rules import TeamKind
from breakwater.referrals.rules import Category
from breakwater.referrals.thresholds.forms import RuleForm
from breakwater.referrals.thresholds.queries import in_force
from breakwater.referrals.thresholds.rules import Rule, RuleKind
from breakwater.referrals.thresholds.ruleset import default

pytestmark = pytest.mark.django_db

Staff = Callable[..., User]
SignIn = Callable[[User], Client]
NEW = {
    "title": "Fire in the home",
    "why": "Somebody set it.",
    "source": "Agreed locally",
    "on": "true",
    "effect": "4",
    "all-0-what": "weapons|is",
    "all-0-value": "yes",
    "tests": "fires: weapons = yes\ndoes not fire: nothing known",
}
PAGES = ("thresholds", "routing")
WRITERS = ("change", "add", "set", "preview")


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def seen(answer: HttpResponse) -> str:
    return text(answer).split('name="seen" value="')[1].split('"')[0]


@pytest.mark.parametrize("page", PAGES)
def test_whoever_triages_reads_the_rules_and_does_not_change_them(
    page: str, staff: Staff, signed_in: SignIn
) -> None:
    hill = signed_in(staff("Priya Hill"))
    answer = hill.get(reverse(page))
    assert answer.status_code == 200
    assert "Change the rules" not in text(answer)
    assert hill.get(reverse(f"{page}-version", args=[1])).status_code == 200
    for name in WRITERS:
        assert hill.get(reverse(f"{page}-{name}")).status_code == 404, name
        refused = 405 if name == "change" else 404
        assert hill.post(reverse(f"{page}-{name}"), NEW).status_code == refused, name
    assert hill.post(reverse(f"{page}-discard")).status_code == 404
    assert hill.get(reverse(f"{page}-rule", args=["weapons"])).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_who_does_not_triage_has_no_such_page(page: str, staff: Staff, signed_in: SignIn) -> None:
    for kind, role in ((TeamKind.CAIT, Role.TEAM_SUPERVISOR), (TeamKind.CAIT, Role.PRACTITIONER)):
        stranger = signed_in(staff(f"Tom {role.name}", kind, role))
        assert stranger.get(reverse(page)).status_code == 404
        assert stranger.get(reverse(f"{page}-version", args=[1])).status_code == 404


@pytest.mark.parametrize("kind", RuleKind)
def test_every_rule_is_read_with_its_reason_source_and_test_table(
    kind: RuleKind, client: Client
) -> None:
    page = text(client.get(reverse("thresholds" if kind is RuleKind.THRESHOLD else "routing")))
    for rule in default(kind).rules:
        assert f'id="rule-{rule.id}"' in page
    assert page.count("Source: ") == len(default(kind).rules)
    assert page.count("Does not fire:") >= len(default(kind).rules)
    assert "_" not in "".join(page.split("<li>")[1:]).split("</li>")[0]


def test_a_version_that_is_over_says_so(client: Client) -> None:
    changed(client)
    page = text(client.get(reverse("thresholds-version", args=[1])))
    assert "no longer in force" in page
    assert "no longer in force" not in text(client.get(reverse("thresholds-version", args=[2])))
    assert client.get(reverse("thresholds-version", args=[3])).status_code == 404


def as_shown(kind: RuleKind, rule: Rule) -> dict[str, Any]:
    """What a browser sends of the form as it was shown."""
    form = RuleForm(kind, rule)
    values = {name: form[name].value() for name in form.fields}
    return {
        name: "true" if value is True else value
        for name, value in values.items()
        if value is not None and value is not False
    }


def changed(client: Client) -> HttpResponse:
    client.post(reverse("thresholds-add"), NEW)
    shown = client.get(reverse("thresholds-preview"))
    return client.post(
        reverse("thresholds-preview"), {"why": "Agreed.", "seen": seen(shown)}, follow=True
    )


def test_a_new_rule_is_added_previewed_and_saved(client: Client) -> None:
    kept = client.post(reverse("thresholds-add"), NEW, follow=True)
    assert "Kept, not yet saved" in text(kept)
    assert "Fire in the home: new" in text(kept)
    assert in_force(RuleKind.THRESHOLD).version == 1
    shown = client.get(reverse("thresholds-preview"))
    assert "Save as version 2" in text(shown)
    saved = client.post(
        reverse("thresholds-preview"), {"why": "Agreed.", "seen": seen(shown)}, follow=True
    )
    assert "Saved: version 2 is in force." in text(saved)
    assert in_force(RuleKind.THRESHOLD).rules.rules[-1].id == "fire-in-the-home"
    # Nothing is left to save.
    assert client.get(reverse("thresholds-preview")).status_code == 302


def test_several_changes_become_one_version(client: Client) -> None:
    client.post(reverse("thresholds-add"), NEW)
    client.post(reverse("thresholds-add"), NEW | {"title": "Another fire"})
    levels = {f"base-{category}": "2" for category in Category}
    client.post(reverse("thresholds-set"), levels | {"most_up": "2", "words-weapons": "axe,  axe"})
    page = text(client.get(reverse("thresholds-change")))
    for what in (
        "Fire in the home: new",
        "Another fire: new",
        "how many levels all",
        "words that point",
    ):
        assert what in page
    shown = client.get(reverse("thresholds-preview"))
    client.post(reverse("thresholds-preview"), {"why": "Agreed.", "seen": seen(shown)})
    rules = in_force(RuleKind.THRESHOLD).rules
    assert (rules.most_up, rules.words) == (2, {"weapons": ("axe",)})
    assert len(rules.rules) == len(default(RuleKind.THRESHOLD).rules) + 2


def test_a_rule_as_it_stands_can_be_kept_without_a_change(client: Client) -> None:
    for kind, page in ((RuleKind.THRESHOLD, "thresholds"), (RuleKind.ROUTING, "routing")):
        for rule in default(kind).rules:
            address = reverse(f"{page}-rule", args=[rule.id])
            assert client.get(address).status_code == 200
            assert client.post(address, as_shown(kind, rule)).status_code == 302, rule.id
        assert "not yet saved</h2>" not in text(client.get(reverse(f"{page}-change")))


def test_a_rule_can_be_taken_out_of_use(client: Client) -> None:
    address = reverse("thresholds-rule", args=["called-999"])
    (rule,) = [r for r in default(RuleKind.THRESHOLD).rules if r.id == "called-999"]
    typed = as_shown(RuleKind.THRESHOLD, rule)
    typed.pop("on")
    page = text(client.post(address, typed, follow=True))
    assert "It came by 999: no longer in use" in page
    assert "Not in use" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": ""}, "Enter a title"),
        ({"title": "x" * 121}, "Title must be 120 characters or fewer"),
        ({"why": ""}, "Enter why there is this rule"),
        ({"source": ""}, "Enter the source"),
        ({"effect": ""}, "Choose what it does when it fires"),
        ({"effect": "7"}, "Choose what it does when it fires from the list"),
        ({"all-0-what": "", "all-0-value": ""}, "Says of nothing when it fires"),
        ({"all-0-what": ""}, "Choose what the rule asks"),
        ({"all-0-what": "luck|is"}, "from the list"),
        ({"all-0-what": "repeats|at most"}, "from the list"),
        ({"all-0-value": "perhaps"}, "Weapons must be yes or no"),
        ({"all-0-value": ""}, "Weapons must be yes or no"),
        ({"all-0-value": "no"}, "Would fire for less danger, “weapons: no”"),
        ({"any-1-what": "category|one of", "any-1-value": "luck"}, "cannot be “luck”"),
        ({"tests": ""}, "Enter the test table"),
        ({"tests": "fires: weapons = yes"}, "a row that fires and one that does not"),
        ({"tests": "fires: weapon = yes"}, "Line 1: “weapon = yes” is no"),
        (
            {"tests": "fires: weapons = no\ndoes not fire: nothing known"},
            "Row 1 of its test table says that it fires, and it does not",
        ),
        ({"tests": "fires: weapons = yes\ndoes not fire: weapons = yes"}, "Row 2 of its test"),
    ],
)
def test_a_rule_that_cannot_stand_is_told_at_its_question_and_nothing_typed_is_lost(
    client: Client, typed: dict[str, str], said: str
) -> None:
    answer = client.post(reverse("thresholds-add"), NEW | typed)
    assert answer.status_code == 422
    page = text(answer).replace("&#39;", "'")
    assert said in page
    for name, value in (NEW | typed).items():
        if value and not name.endswith("-what"):  # a list keeps only what is on it
            assert value.splitlines()[0] in page
    assert in_force(RuleKind.THRESHOLD).version == 1
    assert client.get(reverse("thresholds-preview")).status_code == 302  # nothing is kept


def test_a_routing_rule_is_changed_in_the_same_way(client: Client) -> None:
    rule = {
        "title": "Weapons",
        "why": "Police.",
        "source": "Agreed locally",
        "on": "true",
        "teams": ["cait"],
        "leads": "true",
        "all-0-what": "level|at least",
        "all-0-value": "3",
        "tests": "fires: the level decided = 3\ndoes not fire: the level decided = 2",
    }
    assert client.post(reverse("routing-add"), rule).status_code == 302
    shown = client.get(reverse("routing-preview"))
    client.post(reverse("routing-preview"), {"why": "Agreed.", "seen": seen(shown)})
    made = in_force(RuleKind.ROUTING).rules.rules[-1]
    assert (made.teams, made.leads, made.id) == (("cait",), True, "weapons")
    refused = client.post(reverse("routing-add"), rule | {"teams": []})
    assert "Choose who it proposes" in text(refused)


def test_who_leads_is_an_order_that_names_everybody_once(client: Client) -> None:
    order = ["polit", "cse", "cait", "social_care", "early_help", "other_area"]
    typed = {f"lead-{place}": team for place, team in enumerate(order)}
    refused = client.post(reverse("routing-set"), typed | {"lead-1": "polit"})
    assert refused.status_code == 422
    assert "Online investigation (POLIT) has a place already" in text(refused)
    assert client.post(reverse("routing-set"), typed).status_code == 302
    assert "the order of who leads: online investigation (POLIT), child sexual" in text(
        client.get(reverse("routing-change"))
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"base-neglect": ""}, "Choose a level for neglect"),
        ({"base-neglect": "5"}, "Choose a level for neglect from the list"),
        ({"most_up": "9"}, "Choose how many levels from the list"),
        ({"words-weapons": "x" * 61}, "a word of weapons must have 1 to 60 characters"),
    ],
)
def test_levels_and_words_that_cannot_stand_are_refused(
    client: Client, typed: dict[str, str], said: str
) -> None:
    levels = {f"base-{category}": "2" for category in Category}
    answer = client.post(reverse("thresholds-set"), levels | {"most_up": "1"} | typed)
    assert answer.status_code == 422
    assert said in text(answer)


def test_a_rule_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get(reverse("thresholds-rule", args=["luck"])).status_code == 404


def test_what_is_thrown_away_is_gone(client: Client) -> None:
    client.post(reverse("thresholds-add"), NEW)
    page = text(client.post(reverse("thresholds-discard"), follow=True))
    assert "Thrown away" in page
    assert "Fire in the home" not in page
    assert client.get(reverse("thresholds-discard")).status_code == 405


def test_what_changed_after_the_preview_is_shown_again_before_it_is_saved(client: Client) -> None:
    client.post(reverse("thresholds-add"), NEW)
    before = seen(client.get(reverse("thresholds-preview")))
    client.post(reverse("thresholds-add"), NEW | {"title": "Another fire"})  # in another window
    refused = client.post(reverse("thresholds-preview"), {"why": "Agreed.", "seen": before})
    assert refused.status_code == 422
    assert "not the rules that were shown" in text(refused)
    assert "Agreed." in text(refused)
    assert in_force(RuleKind.THRESHOLD).version == 1
    again = client.post(
        reverse("thresholds-preview"), {"why": "Agreed.", "seen": seen(refused)}, follow=True
    )
    assert "Saved: version 2" in text(again)


def test_a_change_without_a_reason_is_refused(client: Client) -> None:
    client.post(reverse("thresholds-add"), NEW)
    shown = client.get(reverse("thresholds-preview"))
    refused = client.post(reverse("thresholds-preview"), {"why": " ", "seen": seen(shown)})
    assert "Enter why you change the rules" in text(refused)


def test_whoever_is_overtaken_is_told_before_and_when_they_save(
    client: Client, staff: Staff, signed_in: SignIn
) -> None:
    client.post(reverse("thresholds-add"), NEW)
    other = signed_in(staff("Ines Costa", TeamKind.TRIAGE, Role.HUB_MANAGER))
    other.post(reverse("thresholds-add"), NEW | {"title": "Another fire"})
    shown = other.get(reverse("thresholds-preview"))
    other.post(reverse("thresholds-preview"), {"why": "First.", "seen": seen(shown)})
    late = client.get(reverse("thresholds-preview"))
    assert "Somebody else changed these rules" in text(late)
    refused = client.post(reverse("thresholds-preview"), {"why": "Late.", "seen": seen(late)})
    assert refused.status_code == 422
    assert "Somebody else changed these rules since you began" in text(refused)
    assert in_force(RuleKind.THRESHOLD).version == 2


def test_a_draft_of_a_hub_before_its_upgrade_is_let_go(client: Client) -> None:
    session = client.session
    session["rules-threshold"] = {"begun_at": 1, "rules": {"rules": []}}
    session.save()
    assert client.get(reverse("thresholds-change")).status_code == 200
    assert "rules-threshold" not in client.session
