"""What is refused at the door: by the field's path, in a plain sentence, and nothing is stored."""

import copy
import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from breakwater.access.models import Case
from breakwater.audit.models import Entry
from breakwater.people.models import Mention
from breakwater.referrals.actions import receive_referral
from breakwater.referrals.models import Referral, Submission
from breakwater.referrals.submission import FieldError, Refused, parse
from tests.builders import a_person, a_submission, amelia, an_envelope, body_of

pytestmark = pytest.mark.django_db

TABLES: tuple[type[Model], ...] = (Submission, Referral, Mention, Case, Entry, ProcrastinateJob)
COUNTS = [f"(select count(*) from {table._meta.db_table})" for table in TABLES]
NUL, ESCAPE, DELETE, NEXT_LINE, HALF = "\x00", "\x1b", "\x7f", "\x85", "\ud800"
LATER = (timezone.now() + timedelta(days=400)).date()

# Every field of the format, filled in once.
EVERYTHING: dict[str, Any] = {
    "key": "all-of-it",
    "channel": "online_report",
    "sent_at": "2026-03-02T08:52:00+00:00",
    "reporter": {
        "name": "National desk",
        "role": "analyst",
        "agency": "National online referrals desk",
        "agency_kind": "police",
        "phone": "01632 960101",
        "email": "desk@referrals.example",
        "wants_feedback": True,
    },
    "concern": {
        "category": "online_grooming",
        "also": ["missing"],
        "immediate_danger": False,
        "narrative": "Many private messages\nto accounts of children.",
        "consent": "not_sought",
        "consent_reason": "It would warn the suspect.\nReviewed weekly.",
        "seen_child": False,
    },
    "people": [
        {
            "role": "child",
            "given": "Sofia",
            "family": "Novak",
            "known_as": "Sof",
            "born": "2012-06",
            "age": 13,
            "sex": "female",
            "ethnicity": "White: any other",
            "address": "4 Beacon Way\nRegis",
            "postcode": "PR2 7QX",
            "nhs_number": "9990000018",
            "upn": "A990000000001",
            "phone": "07700 900101",
            "email": "sofia@pupils.example",
            "handle": "@sof.n",
            "school": "Regis Academy",
            "note": "Collected at the gate.\nTwice.",
        }
    ],
    "online": {
        "reference": "onl-1",
        "service": "a chat service",
        "incident_at": "2026-02-27T22:00:00Z",
        "accounts": ["grey.car"],
        "ip_addresses": [{"address": "192.0.2.7", "at": "2026-02-27T22:00:00Z"}],
        "severity_counts": {"A": 0, "B": 1, "C": 2},
        "hash_count": 3,
    },
}

# What a field of each kind is not, and how the refusal begins.
WRONG: dict[str, tuple[list[Any], str]] = {
    "text": ([7, 1.5, True, [], {}, ["text"]], "must be text"),
    "lines": ([7, 1.5, True, [], {}, ["text"]], "must be text"),
    "number": (["7", 7.0, 1.5, True, [], {}], "must be a whole number"),
    "yes or no": ([0, 1, "true", "", [], {}], "must be true or false"),
    "code": (["neglected", "NEGLECT", "", 7, True, [], {}], "must be one of: "),
    "time": ([7, True, [], {}, "", "yesterday", "2026-02-30T08:52:00Z"], "must be a time as 2026"),
    "date": ([2015, True, [], {}], "must be text"),
    "address": ([7, True, [], {}], "must be text"),
    "list": ([7, True, "text", {}], "must be a list"),
    "object": ([7, True, "text", []], "must be an object"),
}
KINDS = {
    "key": "text",
    "channel": "code",
    "sent_at": "time",
    "reporter": "object",
    "reporter.name": "text",
    "reporter.role": "text",
    "reporter.agency": "text",
    "reporter.agency_kind": "code",
    "reporter.phone": "text",
    "reporter.email": "text",
    "reporter.wants_feedback": "yes or no",
    "concern": "object",
    "concern.category": "code",
    "concern.also": "list",
    "concern.also[0]": "code",
    "concern.immediate_danger": "yes or no",
    "concern.narrative": "lines",
    "concern.consent": "code",
    "concern.consent_reason": "lines",
    "concern.seen_child": "yes or no",
    "people": "list",
    "people[0]": "object",
    "people[0].role": "code",
    "people[0].given": "text",
    "people[0].family": "text",
    "people[0].known_as": "text",
    "people[0].born": "date",
    "people[0].age": "number",
    "people[0].sex": "code",
    "people[0].ethnicity": "text",
    "people[0].address": "lines",
    "people[0].postcode": "text",
    "people[0].nhs_number": "text",
    "people[0].upn": "text",
    "people[0].phone": "text",
    "people[0].email": "text",
    "people[0].handle": "text",
    "people[0].school": "text",
    "people[0].note": "lines",
    "online": "object",
    "online.reference": "text",
    "online.service": "text",
    "online.incident_at": "time",
    "online.accounts": "list",
    "online.accounts[0]": "text",
    "online.ip_addresses": "list",
    "online.ip_addresses[0]": "object",
    "online.ip_addresses[0].address": "address",
    "online.ip_addresses[0].at": "time",
    "online.severity_counts": "object",
    "online.severity_counts.A": "number",
    "online.severity_counts.B": "number",
    "online.severity_counts.C": "number",
    "online.hash_count": "number",
}
REQUIRED = (
    "key",
    "channel",
    "sent_at",
    "concern",
    "concern.category",
    "concern.narrative",
    "people[0].role",
    "online.ip_addresses[0].address",
)
LONGEST = {"key": 100, "lines": 2_000, "text": 300, "concern.narrative": 20_000}


def of_kind(*kinds: str) -> list[str]:
    return [path for path, kind in KINDS.items() if kind in kinds]


OBJECTS = ["", *of_kind("object")]


def with_field(path: str, value: Any) -> dict[str, Any]:
    """EVERYTHING with one field changed; KeyError as the value takes the field away."""
    submission = copy.deepcopy(EVERYTHING)
    place: Any = submission
    *way, last = [int(p) if p.isdigit() else p for p in re.findall(r"\w+", path)]
    for part in way:
        place = place[part]
    if value is KeyError:
        del place[last]
    else:
        place[last] = value
    return submission


def paths(value: Any, path: str = "") -> Iterator[str]:
    """The path of every field beneath a value, and of every entry of a list."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in parts:
        beneath = f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}".lstrip(".")
        yield beneath
        if isinstance(part, dict | list):
            yield from paths(part, beneath)


def rows() -> tuple[int, ...]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(COUNTS)}")
        counted: tuple[int, ...] = cursor.fetchone()
        return counted


def refusal_of(submission: Any, **envelope: Any) -> list[FieldError]:
    """Hand in what must be refused, see that it left nothing, and return what was said."""
    before = rows()
    with pytest.raises(Refused) as refusal:
        receive_referral(an_envelope(submission, **envelope))
    assert rows() == before
    return refusal.value.errors


def the_refusal_of(submission: Any) -> tuple[str, str]:
    """Return field and sentence of the one thing that is wrong."""
    (error,) = refusal_of(submission)
    return error.field, error.message


def test_these_tests_know_every_field_of_the_format() -> None:
    receipt = receive_referral(an_envelope(EVERYTHING))
    kept = json.loads(body_of(Submission.objects.get(referral__reference=receipt.reference)))
    assert kept == EVERYTHING
    parsed = parse(json.dumps(EVERYTHING).encode(), timezone.now()).submission.model_dump()
    assert set(paths(parsed)) == set(KINDS)
    assert set(paths(EVERYTHING)) == set(KINDS)


@pytest.mark.parametrize("path", KINDS)
def test_a_value_of_the_wrong_type_is_refused_by_its_path(path: str) -> None:
    values, sentence = WRONG[KINDS[path]]
    for value in values:
        field, message = the_refusal_of(with_field(path, value))
        assert (value, field) == (value, path)
        assert message.startswith(sentence), value


@pytest.mark.parametrize("path", REQUIRED)
def test_a_required_field_that_is_missing_is_named(path: str) -> None:
    assert the_refusal_of(with_field(path, KeyError)) == (path, "is missing")


@pytest.mark.parametrize("path", REQUIRED)
def test_null_is_no_value_for_a_required_field(path: str) -> None:
    field, message = the_refusal_of(with_field(path, None))
    assert (field, message.startswith("must be ")) == (path, True)


@pytest.mark.parametrize("path", OBJECTS)
def test_an_unknown_field_is_refused_by_its_name(path: str) -> None:
    beneath = f"{path}.surname".lstrip(".")
    sentence = "is not a field of this format"
    assert the_refusal_of(with_field(beneath, "Hartley")) == (beneath, sentence)


def test_an_unknown_field_is_refused_even_when_it_is_null() -> None:
    assert the_refusal_of(a_submission(priority=None))[0] == "priority"


def test_everything_that_is_wrong_is_told_at_once() -> None:
    errors = refusal_of({"key": "", "concern": {"category": "x"}, "people": [{"age": 131}]})
    assert [error.field for error in errors] == [
        "key",
        "channel",
        "sent_at",
        "concern.category",
        "concern.narrative",
        "people[0].role",
        "people[0].age",
    ]


def test_thousands_of_errors_are_told_as_a_hundred_and_how_many_more() -> None:
    person = a_person(**{f"field{n}": n for n in range(50)})
    errors = refusal_of(a_submission(*[person] * 50))
    assert len(errors) == 101
    assert errors[-1] == FieldError("", "has 2,400 more errors")


# -- text --


@pytest.mark.parametrize("path", of_kind("text", "lines"))
def test_a_control_character_is_refused_by_its_number(path: str) -> None:
    for character in (NUL, ESCAPE, DELETE, NEXT_LINE):
        assert the_refusal_of(with_field(path, f"before{character}after")) == (
            path,
            f"holds a control character (U+{ord(character):04X})",
        )


@pytest.mark.parametrize("path", of_kind("text"))
def test_a_field_of_one_line_takes_no_second_line(path: str) -> None:
    field, message = the_refusal_of(with_field(path, "one\ntwo"))
    assert (field, message) == (path, "holds a control character (U+000A)")


@pytest.mark.parametrize("path", of_kind("text", "lines", "date", "address", "time", "code"))
def test_half_of_a_broken_character_is_refused(path: str) -> None:
    assert the_refusal_of(with_field(path, f"before{HALF}"))[0] == path


@pytest.mark.parametrize("path", of_kind("text", "lines"))
def test_a_text_one_character_too_long_is_refused_and_says_the_limit(path: str) -> None:
    limit = LONGEST.get(path) or LONGEST[KINDS[path]]
    receive_referral(an_envelope(with_field(path, "é" * limit)))
    field, message = the_refusal_of(with_field(path, "é" * (limit + 1)))
    assert (field, message) == (path, f"must be {limit:,} characters or fewer")


def test_writing_from_right_to_left_and_its_marks_are_welcome() -> None:
    name = "\u202bمحمد\u202c \u2068Ali\u2069"
    receive_referral(an_envelope(a_submission(amelia(given=name))))
    assert Mention.objects.get().given == name


@pytest.mark.parametrize("path", ["key", "concern.narrative"])
def test_a_required_text_must_not_be_empty(path: str) -> None:
    assert the_refusal_of(with_field(path, "")) == (path, "must not be empty")


def test_a_narrative_of_ten_megabytes_is_refused_quickly() -> None:
    body = json.dumps(with_field("concern.narrative", "a" * 10_000_000)).encode()
    started = time.process_time()
    assert the_refusal_of(body)[0] == "concern.narrative"
    assert time.process_time() - started < 1


# -- field names --


@pytest.mark.parametrize("path", OBJECTS)
def test_half_of_a_broken_character_in_a_field_name_is_refused_where_it_stands(path: str) -> None:
    submission = with_field(f"{path}.NAME".lstrip("."), 1)
    body = json.dumps(submission).replace("NAME", "\\ud800name").encode()
    assert the_refusal_of(body) == (
        f"{path}.?name".lstrip("."),
        "is not a field of this format",
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", '""'),
        ("\x1b[31mred", "?[31mred"),
        ("\u202eevil", "?evil"),
        ("a" * 1_000_000, "a" * 60 + "..."),
        ("e" + "\u0301\u0323" * 1_000_000, "ẹ" + "\u0323" * 59 + "..."),
    ],
    ids=["empty", "escape", "bidi", "huge", "a million accents"],
)
def test_a_strange_field_name_is_shown_short_and_harmless(name: str, shown: str) -> None:
    started = time.process_time()
    assert the_refusal_of(a_submission(**{name: 1})) == (shown, "is not a field of this format")
    assert time.process_time() - started < 2


@pytest.mark.parametrize("path", OBJECTS)
def test_a_field_that_is_there_twice_is_refused_where_it_stands(path: str) -> None:
    beneath = f"{path}.FIRST".lstrip(".")
    body = json.dumps(with_field(beneath, 1)).replace('"FIRST": 1', '"again": 1, "again": 1')
    assert the_refusal_of(body.encode()) == (
        f"{path}.again".lstrip("."),
        "is there twice",
    )


def test_an_object_with_very_many_fields_is_refused_quickly() -> None:
    body = b"{" + b",".join(b'"f%d":1' % n for n in range(200_000)) + b',"f199999":1}'
    started = time.process_time()
    assert the_refusal_of(body) == ("", "must hold 1,000 fields or fewer")
    assert time.process_time() - started < 3


# -- numbers, dates and times --


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("people[0].age", -1, "must be 0 or more"),
        ("people[0].age", 131, "must be 130 or less"),
        ("people[0].age", 10**4000, "must be 130 or less"),
        ("online.hash_count", -1, "must be 0 or more"),
        ("online.hash_count", 100_000_001, "must be 100,000,000 or less"),
        ("online.severity_counts.A", 2**63, "must be 100,000,000 or less"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_number_out_of_range_is_refused(path: str, value: int, message: str) -> None:
    assert the_refusal_of(with_field(path, value)) == (path, message)


@pytest.mark.parametrize(
    ("born", "message"),
    [
        ("2015-02-29", "is not a date that exists"),
        ("2015-13", "is not a date that exists"),
        ("2015-00-01", "is not a date that exists"),
        ("0000", "is not a date that exists"),
        ("1899-12-31", "is before 1900"),
        ("15-04-03", "must be a date as 2015, 2015-04 or 2015-04-03"),
        ("2015-4-3", "must be a date as 2015, 2015-04 or 2015-04-03"),
        ("03/04/2015", "must be a date as 2015, 2015-04 or 2015-04-03"),
        ("2015-04-", "must be a date as 2015, 2015-04 or 2015-04-03"),
        ("2015-04-03\n", "must be a date as 2015, 2015-04 or 2015-04-03"),
        ("２０１５", "must be a date as 2015, 2015-04 or 2015-04-03"),
        ("2015-04-03T00:00:00Z", "must be a date as 2015, 2015-04 or 2015-04-03"),
        ("", "must be a date as 2015, 2015-04 or 2015-04-03"),
        (LATER.isoformat(), "is in the future"),
        (LATER.isoformat()[:7], "is in the future"),
        (LATER.isoformat()[:4], "is in the future"),
    ],
)
def test_a_birth_date_that_cannot_be_is_refused(born: str, message: str) -> None:
    assert the_refusal_of(with_field("people[0].born", born)) == ("people[0].born", message)


def test_the_person_whose_birth_date_is_wrong_is_named_by_place() -> None:
    submission = a_submission(amelia(), amelia(), amelia(born="2017-02-30"))
    assert the_refusal_of(submission)[0] == "people[2].born"


@pytest.mark.parametrize("path", of_kind("time"))
@pytest.mark.parametrize(
    ("moment", "message"),
    [
        ("2026-03-02T08:52:00", "needs a time zone, as in 2026-03-02T08:52:00+00:00"),
        ("2026-03-02", "needs a time zone, as in 2026-03-02T08:52:00+00:00"),
        ("2026-03", "must be a time as 2026-03-02T08:52:00+00:00"),
        ("2026-03-02T25:00:00Z", "must be a time as 2026-03-02T08:52:00+00:00"),
        ("2026-03-02T08:52:00+25:00", "must be a time as 2026-03-02T08:52:00+00:00"),
        ("2026-03-02\x0008:52:00Z", "must be a time as 2026-03-02T08:52:00+00:00"),
        ("2026-03-02\ud80008:52:00+00:00", "must be a time as 2026-03-02T08:52:00+00:00"),
        ("1066-10-14T09:00:00Z", "is not a time of our days"),
    ],
    ids=ascii,
)
def test_a_time_that_is_not_one_is_refused(path: str, moment: str, message: str) -> None:
    assert the_refusal_of(with_field(path, moment)) == (path, message)


def test_a_submission_from_the_future_is_refused() -> None:
    soon = timezone.now() + timedelta(days=2)
    assert the_refusal_of(with_field("sent_at", soon.isoformat())) == (
        "sent_at",
        "is in the future",
    )


@pytest.mark.parametrize("address", ["", "192.0.2.256", "here", "fe80::1%\x00", "fe80::1%eth0"])
def test_an_address_that_is_none_of_the_internets_is_refused(address: str) -> None:
    path = "online.ip_addresses[0].address"
    assert the_refusal_of(with_field(path, address)) == (path, "is not an IP address")


# -- lists, and fields that do not go together --


@pytest.mark.parametrize(
    ("path", "entry", "most"),
    [
        ("people", amelia(), 50),
        ("concern.also", "neglect", 27),
        ("online.accounts", "grey.car", 1000),
        ("online.ip_addresses", {"address": "192.0.2.7"}, 1000),
    ],
    ids=["people", "also", "accounts", "addresses"],
)
def test_a_list_that_is_too_long_is_refused_quickly(path: str, entry: Any, most: int) -> None:
    started = time.process_time()
    assert the_refusal_of(with_field(path, [entry] * 10_000)) == (
        path,
        f"must hold {most:,} entries or fewer, and holds 10,000",
    )
    assert time.process_time() - started < 2


def test_a_reporter_on_an_anonymous_report_is_refused() -> None:
    assert the_refusal_of(a_submission(channel="anonymous")) == (
        "reporter",
        "must be empty: an anonymous report names nobody",
    )


def test_what_an_online_report_says_is_refused_on_another_channel() -> None:
    assert the_refusal_of(a_submission(online={"reference": "onl-1"})) == (
        "online",
        "belongs to the channel online_report only",
    )


# -- bodies that are no submission at all --


@pytest.mark.parametrize("body", ["null", "true", "7", "1.5", '"text"', "[]", "[{}]"])
def test_json_that_is_no_object_is_refused(body: str) -> None:
    assert the_refusal_of(body.encode()) == ("", "must be one JSON object")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is not JSON: expecting value, line 1 column 1"),
        (b" \n", "is not JSON: expecting value, line 2 column 1"),
        (b'{"key": "a",}', "is not JSON: "),
        (b'{"key": "a"', "is not JSON: "),
        (b'{"key": "a"} {}', "is not JSON: extra data, line 1 column 14"),
        (b'{"key": "a\nb"}', "is not JSON: invalid control character at, line 1 column 11"),
        (b'{"key": "\xff"}', "is not UTF-8 text (byte 10)"),
        (b'{"key": "\xed\xa0\x80"}', "is not UTF-8 text (byte 10)"),
        (json.dumps(EVERYTHING).encode("utf-16"), "is not UTF-8 text (byte 1)"),
        (json.dumps(EVERYTHING).encode("utf-16-le"), "is not JSON: "),
        (
            json.dumps(EVERYTHING).encode("utf-8-sig"),
            "begins with a byte order mark: send UTF-8 without one",
        ),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"people":' * 100_000, "is nested too deeply"),
        (b'{"key": NaN}', "holds NaN, which is not a number"),
        (b'{"key": -Infinity}', "holds -Infinity, which is not a number"),
        (b'{"age": ' + b"9" * 5_000 + b"}", "holds a number that is far too long"),
        (b" " * (32 * 1024 * 1024 + 1), "is larger than 32 MB"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_body_that_cannot_be_read_is_refused_as_a_whole(body: bytes, message: str) -> None:
    field, said = the_refusal_of(body)
    assert field == ""
    assert said.startswith(message)


def test_nesting_that_can_be_read_is_refused_by_its_field() -> None:
    body = json.dumps(EVERYTHING).replace('"all-of-it"', "[" * 500 + "]" * 500)
    assert the_refusal_of(body.encode()) == ("key", "must be text")


def test_a_number_larger_than_any_is_no_age() -> None:
    body = json.dumps(EVERYTHING).replace('"age": 13', '"age": 1e999').encode()
    assert the_refusal_of(body) == ("people[0].age", "must be a whole number")
