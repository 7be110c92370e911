"""The submission format against whatever may come: honest, strange or hostile."""

import copy
import itertools
import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from breakwater.access.rules import AgencyKind
from breakwater.people.queries import mentions_of
from breakwater.people.rules import PersonAsTold, PersonRole, Sex
from breakwater.referrals.actions import receive_referral
from breakwater.referrals.models import Referral
from breakwater.referrals.rules import Category, Channel, Consent
from breakwater.referrals.submission import FieldError, Refused, parse
from breakwater.site.demo_data import SAMPLES
from tests.builders import an_envelope, body_of

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
senders = (f"sender-{n}" for n in itertools.count())


# -- the whole format as a strategy --


def text(longest: int, shortest: int = 0, lines: bool = False) -> st.SearchStrategy[str]:
    return st.text(
        st.characters(
            exclude_categories=["Cc", "Cs"], include_characters="\n\r\t" if lines else None
        ),
        min_size=shortest,
        max_size=longest,
    )


def fields(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict]:
    """An object in which each optional field may be missing, null or filled in."""
    nullable = {name: st.none() | told for name, told in optional.items()}
    return st.fixed_dictionaries(required, optional=nullable)


def codes(kind: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([code.value for code in kind])


def born() -> st.SearchStrategy[str]:
    days = st.dates(date(1900, 1, 1), date(2026, 3, 1))
    return st.builds(
        lambda day, length: day.isoformat()[:length], days, st.sampled_from([4, 7, 10])
    )


def moments() -> st.SearchStrategy[str]:
    zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
    days = st.datetimes(datetime(1990, 1, 2), datetime(2026, 3, 1), timezones=zones)
    return days.map(datetime.isoformat)


line, note, yes_or_no = text(300), text(2_000, lines=True), st.booleans()
counts = st.integers(0, 100_000_000)
reporters = fields(
    {},
    {
        **dict.fromkeys(["name", "role", "agency", "phone", "email"], line),
        "agency_kind": codes(AgencyKind),
        "wants_feedback": yes_or_no,
    },
)
concerns = fields(
    {"category": codes(Category), "narrative": text(20_000, shortest=1, lines=True)},
    {
        "also": st.lists(codes(Category), max_size=27),
        "immediate_danger": yes_or_no,
        "consent": codes(Consent),
        "consent_reason": note,
        "seen_child": yes_or_no,
    },
)
LINES_OF_A_PERSON = [
    *("given", "family", "known_as", "ethnicity", "postcode", "nhs_number", "upn"),
    *("phone", "email", "handle", "school"),
]
people = fields(
    {"role": codes(PersonRole)},
    {
        **dict.fromkeys(LINES_OF_A_PERSON, line),
        **dict.fromkeys(["address", "note"], note),
        "born": born(),
        "age": st.integers(0, 130),
        "sex": codes(Sex),
    },
)
addresses = fields(
    {"address": st.ip_addresses().map(str)},
    {"at": moments()},
)
online = fields(
    {},
    {
        "reference": line,
        "service": line,
        "incident_at": moments(),
        "accounts": st.lists(line, max_size=3),
        "ip_addresses": st.lists(addresses, max_size=3),
        "severity_counts": fields({}, dict.fromkeys("ABC", counts)),
        "hash_count": counts,
    },
)


@st.composite
def submissions(draw: st.DrawFn, most_people: int = 4) -> dict[str, Any]:
    channel = draw(codes(Channel))
    told = {"reporter": reporters, "people": st.lists(people, max_size=most_people)}
    if channel == Channel.ANONYMOUS:
        told["reporter"] = st.none()
    if channel == Channel.ONLINE_REPORT:
        told["online"] = online
    required = {"key": text(100, 1), "sent_at": moments(), "concern": concerns}
    return {"channel": channel, **draw(fields(required, told))}


def in_bytes(submission: Any) -> st.SearchStrategy[bytes]:
    """The same as JSON: with or without escapes and white space."""
    return st.builds(
        lambda ascii_only, indent: json.dumps(
            submission, ensure_ascii=ascii_only, indent=indent
        ).encode(),
        st.booleans(),
        st.none() | st.integers(0, 8),
    )


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (owner, name) beneath a value, whether field or entry of a list."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    own = [(value, name) for name, _ in parts]
    inner = [p for owner, name in own if isinstance(owner[name], dict | list)
             for p in places(owner[name])]  # fmt: skip
    return own + inner


any_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())  # halves of broken characters and all
    | st.sampled_from(["2015-02-30", "2026-03-02T08:52:00", "neglect", "child"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["key", "concern", "people", "given", "born", "role"])
            | st.text(st.characters()),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A good submission of which one field or entry is taken away, or is anything else."""
    submission = copy.deepcopy(draw(submissions(most_people=2)))
    owner, name = draw(st.sampled_from(places(submission)))
    if draw(st.booleans()):
        owner[name] = draw(any_json)
    else:
        del owner[name]
    return submission


# -- what holds for all of them --


def refused(body: bytes) -> list[FieldError]:
    """Return why it is refused, [] when it is read; anything else than these two is an error."""
    try:
        parse(body, NOW)
    except Refused as refusal:
        return refusal.errors
    return []


def is_read_or_refused_in_plain_words(body: bytes) -> None:
    for error in refused(body):
        assert error.message
        assert str(error).isprintable()
        assert len(error.message.partition("must be one of: ")[0]) < 400


@settings(max_examples=200, deadline=None)
@given(st.binary() | submissions().flatmap(in_bytes).map(lambda body: body[: len(body) // 2]))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    is_read_or_refused_in_plain_words(body)


@settings(max_examples=200, deadline=None)
@given(any_json)
def test_any_json_is_read_or_refused(value: Any) -> None:
    is_read_or_refused_in_plain_words(json.dumps(value).encode())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoilt())
def test_a_submission_with_one_spoilt_field_is_read_or_refused(submission: Any) -> None:
    is_read_or_refused_in_plain_words(json.dumps(submission).encode())


@pytest.mark.django_db
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_what_is_told_well_is_kept_byte_for_byte_and_its_people_as_told(data: Any) -> None:
    told = data.draw(submissions())
    body = data.draw(in_bytes(told))
    receipt = receive_referral(an_envelope(body, sender=next(senders)))
    referral = Referral.objects.select_related("submission").get(reference=receipt.reference)
    assert body_of(referral.submission) == body
    assert [mention.person for mention in mentions_of([referral.pk])] == [
        PersonAsTold(
            **{name: value for name, value in person.items() if value is not None}
            | {"role": PersonRole(person["role"])}
        )
        for person in told.get("people") or []
    ]


# -- the samples --


def test_every_line_of_the_samples_can_be_read() -> None:
    lines = SAMPLES.read_bytes().splitlines()
    assert len(lines) == 23
    assert len({parse(line, NOW).submission.key for line in lines}) == 22


def test_the_last_line_of_the_samples_repeats_the_first() -> None:
    first, *_, last = (parse(line, NOW) for line in SAMPLES.read_bytes().splitlines())
    assert last == first


@pytest.mark.django_db
def test_the_samples_are_twenty_two_referrals() -> None:
    lines = SAMPLES.read_bytes().splitlines()
    receipts = [receive_referral(an_envelope(line)) for line in lines]
    assert [receipt.repeat for receipt in receipts] == [False] * 22 + [True]
    assert receipts[-1].reference == receipts[0].reference
    assert Referral.objects.count() == 22
