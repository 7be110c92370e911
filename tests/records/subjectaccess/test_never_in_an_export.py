"""A property: what is withheld is nowhere in the bytes of an export, whatever the family."""

import html
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from breakwater.audit.queries import Tally
from breakwater.people.queries import MentionFacts
from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.records.subjectaccess.export import Format, written
from breakwater.records.subjectaccess.items import items_of
from breakwater.records.subjectaccess.rules import (
    SHORT,
    WITHHELD,
    Choice,
    Decided,
    Whose,
    against_export,
    decide,
    holds,
)
from breakwater.referrals.case_file import FiledReferral
from breakwater.referrals.progress import DecisionFacts, Progress, StageFacts
from breakwater.referrals.rules import Action, Level, Outcome, State
from breakwater.referrals.said import SaidKind, SaidLine

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# Shared on purpose: families share names, homes and phones.
names = st.sampled_from(
    ["Amelia", "Kelly", "Zoë", "O'Neill", "Hartley", "Van der Berg", "<Tag>", "Ångström", "Jo"]
) | st.text("abcdefghijklmnop'-éß", min_size=5, max_size=9)
homes = st.sampled_from(["12 Quay Street", "Flat 9, Anchor House", '3 "Old" Lane & Yard', ""])
phones = st.sampled_from(["07700 900123", "01632 960555", ""])


@st.composite
def people(draw: st.DrawFn, number: int) -> MentionFacts:
    person = PersonAsTold(
        role=draw(st.sampled_from(PersonRole)) if number else PersonRole.CHILD,
        given=draw(names),
        family=draw(names),
        known_as=draw(names | st.just("")),
        born=draw(st.sampled_from(["2015-04-03", "1984-05", ""])),
        address=draw(homes),
        phone=draw(phones),
        email=draw(st.just("") | names.map(lambda name: f"{name}@mail.example")),
        school=draw(st.sampled_from(["Beacon High School", ""])),
        note=draw(st.just("") | names.map(lambda name: f"Lives with {name}.")),
    )
    return MentionFacts(number + 1, 1, 1, NOW, "Beacon High School", person)


@st.composite
def sayings(draw: st.DrawFn) -> list[SaidLine]:
    """One of each kind, each speaking of somebody, who may be anybody of the family."""
    return [
        SaidLine(
            NOW, kind, f"what of {kind}", draw(names), f"{draw(names)} was told of {draw(names)}.",
            to=draw(names) if kind is SaidKind.HAND_OVER else "",
            **({
                "partner": draw(names), "agency": "Harbour Road Surgery",
                "outside": draw(st.just("") | names),
            } if kind is SaidKind.CHALLENGE else {}),
        )
        for kind in SaidKind
    ]  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> FiledReferral:
    told = [draw(people(number)) for number in range(draw(st.integers(1, 4)))]
    said = [draw(names) for _ in range(draw(st.integers(0, 3)))]
    lines = [f"Seen with {name} on Friday." for name in said]
    lines += [f"{p.person.name} was at {p.person.address}." for p in told if draw(st.booleans())]
    reporter = {"name": draw(names), "agency": "Beacon High School", "phone": draw(phones)}
    decision = DecisionFacts(
        1, Outcome.NO_FURTHER_ACTION, Level.UNIVERSAL, "2", "", "Weighed.", draw(names),
        "not sought", f"{draw(names)} must not know yet.", "", draw(names), NOW,
    )  # fmt: skip
    asked = f"{draw(names)} was asked."
    stage = StageFacts(NOW, Action.ASK_MORE, draw(names), "", asked, State.MORE_INFO)
    return FiledReferral(
        id=1, reference="BW-1111-2222-3333", channel="professional", sent_at=NOW, received_at=NOW,
        category="neglect", also=[], immediate_danger=False, narrative="\n\n".join(lines),
        consent="sought", consent_reason=draw(st.just("") | names), seen_child=True,
        reporter=draw(st.just(reporter) | st.none()), online=None, state=State.CLOSED,
        people=told,
        progress=Progress([stage], [decision], [], []),
        said=draw(sayings()),
    )  # fmt: skip


TALLIES = [Tally(1, "open_case", 3, NOW, NOW)]


def settled(decided: list[Decided], draws: st.DataObject) -> list[Decided]:
    """An officer who decides at random, and then withholds whatever the hub objects to."""
    chosen = {
        one.item.key: (draws.draw(st.sampled_from(Choice)), one.item.digest)
        for one in decided
        if one.choice is None or draws.draw(st.integers(0, 9)) == 0
    }
    items = [one.item for one in decided]
    for _ in range(len(items) + 1):
        now = decide(items, chosen)
        errors = against_export(now, "No risk.")
        if not errors:
            return now
        digests = {item.key: item.digest for item in items}
        chosen |= {key: (Choice.WITHHOLD, digests[key]) for key, _ in errors}
    raise AssertionError("withholding never settles it")


@settings(max_examples=100, deadline=None)
@given(files(), st.data())
def test_no_withheld_string_is_anywhere_in_the_bytes(
    file: FiledReferral, draws: st.DataObject
) -> None:
    items = items_of([file], {1}, TALLIES, {1: "Wessex Council"})
    decided = settled(decide(items, {}), draws)
    # What every export holds, whatever it is about.
    boilerplate = html.unescape(written([], Format.HTML, NOW).decode())
    boilerplate += " ".join(WITHHELD.values())
    headings = " ".join(f"{one.item.section} {one.item.label}" for one in decided)
    for form in Format:
        plain = html.unescape(written(decided, form, NOW).decode().replace('\\"', '"'))
        for one in decided:
            if one.choice is not Choice.WITHHOLD:
                continue
            for part in one.item.parts:
                if holds(boilerplate, part) or holds(headings, part):
                    continue
                assert not holds(plain, part), (part, one.item)
                assert len(part) <= SHORT or part not in plain


@settings(max_examples=50, deadline=None)
@given(files())
def test_every_field_that_was_told_is_one_item_and_no_label_says_who(file: FiledReferral) -> None:
    items = items_of([file], {1}, TALLIES, {1: "Wessex Council"})
    keys = [item.key for item in items]
    assert len(keys) == len(set(keys))
    shown = " ".join(item.text for item in items)
    for person in file.people:
        for value in vars(person.person).values():
            if isinstance(value, str) and value and value != person.person.role:
                assert value in shown or value in ("",)
    for item in items:
        for person in file.people:
            assert person.person.name not in item.label + item.section


@settings(max_examples=50, deadline=None)
@given(files())
def test_by_default_nothing_of_another_person_is_kept(file: FiledReferral) -> None:
    for one in decide(items_of([file], {1}, TALLIES, {}), {}):
        if one.item.whose in (Whose.OTHER, Whose.REPORTER, Whose.STAFF):
            assert one.choice is Choice.WITHHOLD
        if one.item.whose is Whose.MIXED:
            assert one.choice is None
