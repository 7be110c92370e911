"""What is drawn from a referral, and what stays unknown."""

from datetime import date
from typing import Any

import pytest

from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.referrals.thresholds.facts import Facts, WrongFact
from breakwater.referrals.thresholds.rules import RuleKind
from breakwater.referrals.thresholds.ruleset import default
from breakwater.referrals.thresholds.telling import Found, Source, Told, facts_of, quotes_of

WORDS = default(RuleKind.THRESHOLD).words
TODAY = date(2026, 11, 24)


def child(role: PersonRole = PersonRole.CHILD, **told: Any) -> PersonAsTold:
    return PersonAsTold(role=role, **told)


def found(*people: PersonAsTold, category: str = "neglect", **told: Any) -> Found:
    return facts_of(Told(category, people=people, told_on=TODAY, **told), WORDS)


def test_what_is_not_told_is_not_known() -> None:
    assert found().facts == Facts(category="neglect")


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("2026-11-24", 0),
        ("2025-11-25", 0),
        ("2025-11-24", 1),
        ("2025-12", 0),
        ("2025-11", 0),
        ("2025-10", 1),
        ("2026-11", 0),
        ("2025", 0),
        ("2024", 1),
        ("2026", 0),
        ("2016", 9),
    ],
)
def test_of_a_birth_date_the_youngest_that_the_child_can_be(born: str, age: int) -> None:
    assert found(child(born=born)).facts.youngest_age == age
    assert found(child(born=born)).facts.unborn is None


@pytest.mark.parametrize("born", ["2026-11-25", "2026-12", "2027"])
def test_a_birth_date_to_come_is_an_unborn_child(born: str) -> None:
    facts = found(child(born=born)).facts
    assert (facts.unborn, facts.youngest_age) == (True, None)


def test_an_unborn_child_is_told_by_category_or_note_too() -> None:
    assert found(category="unborn").facts.unborn is True
    assert found(also=("unborn",)).facts.unborn is True
    assert found(child(note="unborn")).facts.unborn is True


def test_the_youngest_of_all_children_counts_and_adults_do_not() -> None:
    people = [
        child(born="2015"),
        child(PersonRole.SIBLING, age=2),
        child(PersonRole.PARENT, age=1),
    ]
    facts = found(*people).facts
    assert (facts.youngest_age, facts.other_children) == (2, 1)


def test_one_child_named_does_not_say_that_there_is_no_other() -> None:
    assert found(child(age=3)).facts.other_children is None


def test_a_child_without_an_age_may_be_the_youngest_and_the_page_says_so() -> None:
    assert found(child(age=3), child()).checks == (
        "The age of a child is not known: the youngest may be younger.",
    )
    assert "2 children are not known" in found(child(age=3), child(), child()).checks[0]
    assert found(child()).checks == ()  # then the youngest age itself is not known


def test_somebody_grown_up_named_as_a_child_is_noticed() -> None:
    assert "18 or older" in found(child(age=19)).checks[0]


@pytest.mark.parametrize(
    ("channel", "kind", "reporter"),
    [
        ("anonymous", "", "anonymous"),
        ("crimestoppers", "", "anonymous"),
        ("professional", "health", "health"),
        ("professional", "", None),
        ("police_notice", "", "police"),
        ("public", "", "public"),
        ("call_101", "", None),
        ("email", "other", "other"),
    ],
)
def test_who_reports(channel: str, kind: str, reporter: str | None) -> None:
    assert found(channel=channel, agency_kind=kind).facts.reporter == reporter


def test_domestic_abuse_and_going_missing_are_known_when_they_are_named() -> None:
    named = found(category="domestic_abuse", also=("missing",)).facts
    assert (named.domestic_abuse, named.missing_episodes) == (True, 1)


def test_a_word_of_the_narrative_is_quoted_with_what_stands_around_it() -> None:
    told = found(narrative="Officers came at night.\nNo KNIFE was seen in the kitchen.")
    (quote,) = told.quotes
    assert (quote.fact, quote.word) == ("weapons", "KNIFE")
    assert quote.before.endswith("night. No ")
    assert quote.after.startswith(" was seen")
    assert told.facts.weapons is True
    assert told.sources["weapons"] is Source.TEXT


@pytest.mark.parametrize(
    "narrative",
    ["He cut the bread.", "The penknives-shop", "Knifepoint Road", "She was missing school."],
)
def test_a_word_inside_another_is_not_found(narrative: str) -> None:
    assert quotes_of(narrative, WORDS) == ()


def test_a_long_text_is_cut_between_words() -> None:
    (quote,) = quotes_of(f"{'early ' * 20}a knife {'later ' * 20}", WORDS)
    assert quote.before == "… early early early early early early a "
    assert quote.after == " later later later later later later …"


def test_several_words_are_found_across_lines_and_in_the_order_of_the_text() -> None:
    text = "Was reported\n  missing twice, and a knife was found."
    assert [(q.fact, q.word) for q in quotes_of(text, WORDS)] == [
        ("missing_episodes", "reported missing"),
        ("weapons", "knife"),
    ]


def test_a_fact_that_was_told_is_not_taken_from_the_text() -> None:
    told = found(category="missing", narrative="He went missing.")
    assert told.sources["missing_episodes"] is Source.TOLD
    assert told.quotes  # and the words are shown all the same


def test_a_workers_answer_beats_the_text_and_says_so() -> None:
    told = found(narrative="No knife was seen.").answered({"weapons": False, "repeats": None})
    assert told.facts.weapons is False
    assert told.sources["weapons"] is Source.ANSWERED
    assert told.quotes  # never hidden


def test_an_answer_that_is_none_is_refused() -> None:
    with pytest.raises(WrongFact):
        found().answered({"weapons": "no"})


def test_what_the_hub_knows_is_said_to_be_from_the_hub() -> None:
    told = found(repeats=2, restricted=True, known_plan=True, perhaps=1)
    assert {told.sources[n] for n in ("repeats", "restricted", "known_plan")} == {Source.HUB}
    assert told.checks == (
        "1 more referral within 12 months may be about the same child: "
        "say whether it is the same person.",
    )


def test_words_with_signs_of_their_own_are_words() -> None:
    assert quotes_of("a b+c d", {"weapons": ("b+c",)})[0].word == "b+c"
    assert quotes_of("abbc", {"weapons": ("b+c",)}) == ()
    assert quotes_of("anything", {"weapons": ()}) == ()
