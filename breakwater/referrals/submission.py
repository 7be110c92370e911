"""The submission format, version 1 (docs/submission-format.md): reading it and refusing it. Pure.

parse() takes the bytes as they came and gives back a Submission, or raises Refused with every
field that is wrong, by its path: people[2].born.
"""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from ipaddress import ip_address
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from breakwater.access.rules import AgencyKind
from breakwater.people.rules import PersonAsTold, PersonRole, Sex
from breakwater.referrals.rules import Category, Channel, Consent

LONGEST_NARRATIVE = 20_000
MOST_PEOPLE = 50
# Larger than any honest submission; what is larger is refused before it is read.
LARGEST_BODY = 32 * 1024 * 1024
MOST_FIELDS = 1_000  # of one object: the format has 17
MOST_ERRORS = 100  # that one refusal lists
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field, as a sentence; `field` is "" when it is the whole."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class Refused(Exception):
    """A submission that cannot go in; nothing of it is stored."""

    def __init__(self, errors: list[FieldError]):
        self.errors = errors
        super().__init__("; ".join(map(str, errors)))


def _wrong(message: str) -> NoReturn:
    raise PydanticCustomError("wrong", "{message}", {"message": message})


def _plain_text(text: str, lines: bool) -> str:
    for character in text:
        if character < " " or "\x7f" <= character <= "\x9f" or "\ud800" <= character <= "\udfff":
            if lines and character in "\n\r\t":
                continue
            kind = "half of a broken character" if character > "\x9f" else "a control character"
            _wrong(f"holds {kind} (U+{ord(character):04X})")
    return text


def _partial_date(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        _wrong("must be a date as 2015, 2015-04 or 2015-04-03")
    try:
        whole = date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        _wrong("is not a date that exists")
    if whole < EARLIEST:
        _wrong("is before 1900")
    return text


def _moment(text: Any) -> datetime:
    try:
        # Python takes any character where the T stands, even half of a broken one.
        moment = datetime.fromisoformat(text if re.fullmatch("[-0-9TWZ:.,+ ]+", text) else "")
    except (TypeError, ValueError):
        _wrong("must be a time as 2026-03-02T08:52:00+00:00")
    if moment.tzinfo is None:
        _wrong("needs a time zone, as in 2026-03-02T08:52:00+00:00")
    if not 1990 <= moment.year <= 9000:
        _wrong("is not a time of our days")
    return moment


def _code(codes: type[StrEnum], value: object) -> StrEnum:
    for code in codes:
        if code == value:
            return code
    _wrong(f"must be one of: {', '.join(codes)}")


def _internet_address(text: str) -> str:
    try:
        ip_address("" if "%" in text else text)  # after a %, Python takes anything at all
    except ValueError:
        _wrong("is not an IP address")
    return text


ONE_LINE = AfterValidator(partial(_plain_text, lines=False))
LINES = AfterValidator(partial(_plain_text, lines=True))


def _coded(codes: type[StrEnum]) -> BeforeValidator:
    return BeforeValidator(partial(_code, codes))


Line = Annotated[str, Field(max_length=300), ONE_LINE]
Note = Annotated[str, Field(max_length=2_000), LINES]
Key = Annotated[str, Field(min_length=1, max_length=100), ONE_LINE]
Narrative = Annotated[str, Field(min_length=1, max_length=LONGEST_NARRATIVE), LINES]
PartialDate = Annotated[str, AfterValidator(_partial_date)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Count = Annotated[int, Field(ge=0, le=100_000_000)]
CategoryCode = Annotated[Category, _coded(Category)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Reporter(_Part):
    name: Line | None = None
    role: Line | None = None
    agency: Line | None = None
    agency_kind: Annotated[AgencyKind, _coded(AgencyKind)] | None = None
    phone: Line | None = None
    email: Line | None = None
    wants_feedback: bool | None = None


class Concern(_Part):
    category: CategoryCode
    also: list[CategoryCode] | None = Field(None, max_length=len(Category))
    immediate_danger: bool | None = None
    narrative: Narrative
    consent: Annotated[Consent, _coded(Consent)] | None = None
    consent_reason: Note | None = None
    seen_child: bool | None = None


class Person(_Part):
    role: Annotated[PersonRole, _coded(PersonRole)]
    given: Line | None = None
    family: Line | None = None
    known_as: Line | None = None
    born: PartialDate | None = None
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    sex: Annotated[Sex, _coded(Sex)] | None = None
    ethnicity: Line | None = None
    address: Note | None = None
    postcode: Line | None = None
    nhs_number: Line | None = None
    upn: Line | None = None
    phone: Line | None = None
    email: Line | None = None
    handle: Line | None = None
    school: Line | None = None
    note: Note | None = None

    def as_told(self) -> PersonAsTold:
        told = {name: value for name, value in self.model_dump().items() if value is not None}
        return PersonAsTold(**told)


class InternetAddress(_Part):
    address: Annotated[str, AfterValidator(_internet_address)]
    at: Moment | None = None


class SeverityCounts(_Part):
    A: Count | None = None
    B: Count | None = None
    C: Count | None = None


class Online(_Part):
    """What an online-offence report says: metadata only, counts and references."""

    reference: Line | None = None
    service: Line | None = None
    incident_at: Moment | None = None
    accounts: list[Line] | None = Field(None, max_length=1000)
    ip_addresses: list[InternetAddress] | None = Field(None, max_length=1000)
    severity_counts: SeverityCounts | None = None
    hash_count: Count | None = None


class Submission(_Part):
    key: Key
    channel: Annotated[Channel, _coded(Channel)]
    sent_at: Moment
    reporter: Reporter | None = None
    concern: Concern
    people: list[Person] | None = Field(None, max_length=MOST_PEOPLE)
    online: Online | None = None

    def people_as_told(self) -> list[PersonAsTold]:
        return [person.as_told() for person in self.people or ()]


@dataclass(frozen=True)
class Parsed:
    """A submission and the SHA-256 of its content, whatever the white space or order of fields."""

    submission: Submission
    content_hash: bytes


def parse(body: bytes, received_at: datetime) -> Parsed:
    """Read a submission that came at `received_at`; raise Refused with every error found."""
    record = read_json(body)
    if not isinstance(record, dict):
        raise Refused([FieldError("", "must be one JSON object")])
    try:
        submission = Submission.model_validate(record)
    except ValidationError as error:
        raise Refused(_field_errors(error)) from None
    if errors := _disagreements(submission, received_at):
        raise Refused(errors)
    canonical = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Parsed(submission, hashlib.sha256(canonical.encode()).digest())


def read_json(body: bytes) -> Any:
    """Read JSON strictly: UTF-8, no field twice, no NaN, not nested without end; or Refused."""
    if len(body) > LARGEST_BODY:
        raise Refused([FieldError("", f"is larger than {LARGEST_BODY // 1024**2} MB")])
    if body.startswith(BYTE_ORDER_MARK):
        raise Refused([FieldError("", "begins with a byte order mark: send UTF-8 without one")])
    odd: list[_OddField] = []
    try:
        text = body.decode("utf-8")
        record = json.loads(
            text, object_pairs_hook=partial(_fields, odd), parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise Refused([FieldError("", f"is not UTF-8 text (byte {error.start + 1})")]) from None
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg.lower()}, line {error.lineno} column {error.colno}"
        raise Refused([FieldError("", problem)]) from None
    except RecursionError:
        raise Refused([FieldError("", "is nested too deeply")]) from None
    except ValueError:  # Python refuses to read whole numbers of thousands of digits.
        raise Refused([FieldError("", "holds a number that is far too long")]) from None
    if odd:
        raise Refused(_with_paths(record, odd))
    return record


# An object, the name of one of its fields ("" for the object itself), and what is wrong with it.
_OddField = tuple[dict[str, Any], str, str]


def _fields(odd: list[_OddField], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its fields; add to `odd` what a dict or pydantic would not tell."""
    fields = dict(pairs)
    if len(fields) > MOST_FIELDS:
        odd.append((fields, "", f"must hold {MOST_FIELDS:,} fields or fewer"))
    elif len(fields) < len(pairs):
        times = Counter(name for name, _ in pairs)
        odd += [(fields, name, "is there twice") for name in fields if times[name] > 1]
    for name in fields:
        if not name.isascii() and re.search("[\ud800-\udfff]", name):
            odd.append((fields, name, _SENTENCES["extra_forbidden"]))
    return fields


def _with_paths(record: Any, odd: list[_OddField]) -> list[FieldError]:
    """Find where the odd fields stand; they are compared by object, never by content."""
    found: dict[int, list[tuple[str, str]]] = {}
    for owner, name, sentence in odd:
        found.setdefault(id(owner), []).append((name, sentence))
    errors, todo = [], [("", record)]  # of objects and lists
    while todo:
        path, value = todo.pop()
        if isinstance(value, dict):
            for name, sentence in found.get(id(value), ()):
                errors.append(FieldError(_beneath(path, name) if name else path, sentence))
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        todo += [(_beneath(path, k), v) for k, v in parts if isinstance(v, dict | list)]
    return _at_most(sorted(errors, key=str))


def _no_constant(name: str) -> NoReturn:
    raise Refused([FieldError("", f"holds {name}, which is not a number")])


def _disagreements(submission: Submission, received_at: datetime) -> list[FieldError]:
    """Check what takes more than one field to see."""
    errors = []
    # A day of grace: the sender's clock may be wrong, and a time zone may be missing a switch.
    latest = received_at + timedelta(days=1)
    if submission.sent_at > latest:
        errors.append(FieldError("sent_at", "is in the future"))
    for place, person in enumerate(submission.people or ()):
        if person.born and person.born > latest.date().isoformat()[: len(person.born)]:
            errors.append(FieldError(f"people[{place}].born", "is in the future"))
    if submission.channel is Channel.ANONYMOUS and submission.reporter is not None:
        errors.append(FieldError("reporter", "must be empty: an anonymous report names nobody"))
    if submission.online is not None and submission.channel is not Channel.ONLINE_REPORT:
        errors.append(FieldError("online", "belongs to the channel online_report only"))
    return errors


# What pydantic calls it -> what a sender reads; {limit} is the number that was passed.
_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of this format",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing_size": "is far too large",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "string_too_short": "must not be empty",
    "string_too_long": "must be {limit:,} characters or fewer",
    "string_unicode": "holds half of a broken character",
    "greater_than_equal": "must be {limit:,} or more",
    "less_than_equal": "must be {limit:,} or less",
    "too_long": "must hold {limit:,} entries or fewer, and holds {found}",
}
_LIMITS = ("max_length", "ge", "le")


def _field_errors(error: ValidationError) -> list[FieldError]:
    return _at_most([_field_error(e) for e in error.errors(include_url=False)])


def _at_most(errors: list[FieldError]) -> list[FieldError]:
    more = len(errors) - MOST_ERRORS
    if more <= 0:
        return errors
    return [*errors[:MOST_ERRORS], FieldError("", f"has {more:,} more errors")]


def _field_error(error: ErrorDetails) -> FieldError:
    path = ""
    for part in error["loc"]:
        path = _beneath(path, part)
    context = error.get("ctx", {})
    if error["type"] == "wrong":
        return FieldError(path, context["message"])
    sentence = _SENTENCES.get(error["type"], "is not as the format says").format(
        limit=next((context[name] for name in _LIMITS if name in context), None),
        found=_number(context.get("actual_length")),
    )
    return FieldError(path, sentence)


def _number(count: int | None) -> str:
    return "more" if count is None else f"{count:,}"


def _beneath(path: str, part: str | int) -> str:
    if isinstance(part, int):
        return f"{path}[{part}]"
    return f"{path}.{_printable(part)}" if path else _printable(part)


def _printable(name: str) -> str:
    """Return a sender's field name fit for an error message: short, one line, no tricks."""
    start = unicodedata.normalize("NFC", name[:200])  # all of a huge one would take minutes
    shown = "".join(c if c.isprintable() else "?" for c in start)[:60]
    return shown + ("..." if len(name) > 60 else "") or '""'
