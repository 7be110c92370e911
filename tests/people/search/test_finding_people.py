"""Finding people by any part of what was told, and what a reader without a grant learns."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from breakwater.access.models import Case, User
from breakwater.access.queries import actor_for
from breakwater.access.rules import Actor, NotAllowed, TeamKind
from breakwater.audit.models import Entry
from breakwater.people.rules import PersonAsTold, PersonRole
from breakwater.people.search.actions import TooShort, search
from breakwater.people.search.queries import MOST
from breakwater.people.search.rules import folded, search_terms, search_words
from tests.builders import amelia, do_waiting_jobs, received

Staff = Callable[..., User]
WHOLE: dict[str, Any] = {
    "given": "Małgorzata", "family": "O’Hartley-Żak", "known_as": "Gosia", "born": "2017-05-14",
    "address": "Flat 2, 12 Quay Street, Saltmere", "postcode": "WX4 2AB",
    "nhs_number": "999 000 0018", "upn": "A838100019000", "phone": "+44 7700 900123",
    "email": "gosia.h@mail.example", "handle": "@gosia_star1", "school": "St Aldhelm's Primary",
}  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    ["malgorzata", "Małgo", "GORZ", "o'hartley", "OHartley", "zak", "gosia", "quay", "12 quay st",
     "WX4 2AB", "wx42ab", "wx4", "9990000018", "999 000 0018", "999-000-0018", "A838100019000",
     "07700 900123", "07700900123", "+44 7700 900123", "0044 7700 900123", "900123",
     "gosia.h@mail.example", "mail.example", "@gosia_star1", "star1", "aldhelms",
     "gosia saltmere", "hartley  quay"],
)  # fmt: skip
def test_any_part_of_what_was_told_finds(typed: str) -> None:
    words = search_words(PersonAsTold(PersonRole.CHILD, **WHOLE))
    terms = search_terms(typed)
    assert terms
    assert all(term in words for term in terms), (terms, words)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_without_a_crash(typed: str) -> None:
    for term in search_terms(typed):
        assert term == term.strip()
        assert term


@given(st.text(max_size=30), st.text(max_size=30))
def test_every_word_of_a_name_finds_its_bearer(given_: str, family: str) -> None:
    words = search_words(PersonAsTold(PersonRole.CHILD, given=given_, family=family))
    for word in (*folded(given_).split(), *folded(family).split()):
        assert word in words


pytestmark = pytest.mark.django_db


def found(actor: Actor, typed: str) -> list[str]:
    return [m.person.given for m in search(actor, typed, "triage").people]


def test_a_person_is_found_by_parts_of_two_fields(triage: Actor) -> None:
    received(amelia(given="Amelia", address="12 Quay Street, Saltmere"))
    received(amelia(given="Noah", nhs_number=None, address="9 Beacon Way, Saltmere"))
    assert found(triage, "quay amel") == ["Amelia"]
    assert sorted(found(triage, "saltmere")) == ["Amelia", "Noah"]
    assert found(triage, "quay noah") == []


@pytest.mark.parametrize("typed", ["%%%", "___", "\\\\\\", "a%b", "am_lia"])
def test_signs_that_mean_something_to_the_database_mean_nothing_here(
    triage: Actor, typed: str
) -> None:
    received(amelia())
    try:
        assert found(triage, typed) == []
    except TooShort:
        assert not any(len(term) > 2 for term in search_terms(typed))


@pytest.mark.parametrize("typed", ["", "am", "a b c", "é", "🙂🙂🙂🙂"])
def test_too_little_to_look_for_is_refused(triage: Actor, typed: str) -> None:
    received(amelia())
    if any(len(term) > 2 for term in search_terms(typed)):
        assert found(triage, typed) == []
    else:
        with pytest.raises(TooShort):
            found(triage, typed)


def test_without_a_grant_only_whom_to_ask_is_told(triage: Actor, staff: Staff) -> None:
    received(amelia())
    somebody = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    hits = search(somebody, "amelia", "work on a case")
    assert hits.people == []
    assert [(who.agency, who.case_id) for who in hits.ask] == [
        ("Safeguarding hub", Case.objects.get().pk)
    ]


@pytest.mark.parametrize(
    "typed", ["amelia pr14ab", "amelia quay", "12 quay", "amelia 07700", "99900000", "st aldhelm"]
)
def test_without_a_grant_nobody_finds_out_where_somebody_lives(
    triage: Actor, staff: Staff, typed: str
) -> None:
    received(
        amelia(address="12 Quay Street", phone="07700 900123", school="St Aldhelm's Primary School")
    )
    assert search(triage, typed, "triage").people
    stranger = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    assert search(stranger, typed, "work on a case").ask == []


@pytest.mark.parametrize("typed", ["amelia", "hartl", "amelia hartley", "9990000018"])
def test_without_a_grant_names_and_whole_numbers_find(
    triage: Actor, staff: Staff, typed: str
) -> None:
    received(amelia())
    stranger = actor_for(staff("Ana Reyes", TeamKind.CAIT))
    assert search(stranger, typed, "work on a case").ask


def test_a_restricted_person_looks_like_no_match_and_the_asking_is_kept(
    triage: Actor, staff: Staff
) -> None:
    received(amelia())
    Case.objects.update(restricted=True)
    hits = search(triage, "amelia", "triage")
    assert (hits.people, hits.ask) == ([], [])
    assert not Entry.objects.filter(verb="asked_about_restricted").exists()
    do_waiting_jobs()
    entry = Entry.objects.get(verb="asked_about_restricted")
    assert entry.case_id == Case.objects.get().pk
    assert entry.actor == triage.ledger_name


def test_what_was_typed_is_kept_nowhere(triage: Actor) -> None:
    received(amelia())
    search(triage, "amelia quixotic", "triage")
    entry = Entry.objects.get(verb="search_people")
    assert entry.purpose == "triage"
    assert "quixotic" not in str(list(Entry.objects.values()))


def test_the_people_shown_are_a_ledger_entry_of_their_case(triage: Actor) -> None:
    received(amelia())
    search(triage, "amelia", "triage")
    assert Entry.objects.get(verb="search_people").case_id == Case.objects.get().pk


def test_a_search_costs_the_same_statements_whoever_is_found(triage: Actor) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            search(triage, "hartley", "triage")
        return len([q for q in captured if not q["sql"].startswith("INSERT")])

    received(amelia())
    one = statements()
    for number in range(5):
        received(amelia(nhs_number=None, given=f"Name{number}", born=f"201{number}"))
    assert statements() == one


def test_too_many_are_said_to_be_too_many(triage: Actor) -> None:
    for number in range(MOST + 1):
        received(amelia(nhs_number=None, given=f"Name{number}", born=None))
    hits = search(triage, "hartley", "triage")
    assert (len(hits.people), hits.more) == (MOST, True)


def test_whoever_has_no_role_finds_nobody(triage: Actor) -> None:
    received(amelia())
    with pytest.raises(NotAllowed):
        search(Actor("user:0", "Nobody"), "amelia", "triage")


# -- the page ---------------------------------------------------------------------------------


@pytest.fixture
def client_(staff: Staff, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(staff("Priya Hill"))


def test_the_answer_is_on_the_page_and_not_in_its_address(client_: Client) -> None:
    received(amelia())
    response = client_.post(reverse("find-a-person"), {"who": "amel", "purpose": "triage"})
    assert response.status_code == 200
    assert "Amelia Hartley" in response.text
    assert response.request["QUERY_STRING"] == ""


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"purpose": "triage"}, "Enter who you are looking for"),
        ({"who": "am", "purpose": "triage"}, "at least 3 letters"),
        ({"who": "x" * 201, "purpose": "triage"}, "200 characters"),
        ({"who": "amelia"}, "Choose why you are looking"),
        ({"who": "amelia", "purpose": "curiosity"}, "Choose why you are looking"),
        ({"who": "am\0elia", "purpose": "triage"}, "who"),
    ],
)
def test_a_bad_search_is_refused_by_the_name_of_its_field(
    client_: Client, sent: dict[str, str], words: str
) -> None:
    response = client_.post(reverse("find-a-person"), sent)
    assert response.status_code == 422
    assert words in response.text
