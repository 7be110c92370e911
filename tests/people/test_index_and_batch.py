"""The look-up's rows made anew, and the nightly run: both go on where they were killed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from breakwater.people import batch, index
from breakwater.people.linkage import VERSION
from breakwater.people.models import Link, MatchKey, Mention, Profile
from breakwater.people.queries import find, mentions_of
from breakwater.people.rules import LinkStanding
from breakwater.referrals.models import Referral
from tests.builders import a_person, amelia, received

pytestmark = pytest.mark.django_db
OLIVER = a_person(given="Oliver", family="Nowak", born="2012-08-01", postcode="PR9 9ZZ")


def told(*people: dict[str, Any]) -> int:
    referral = Referral.objects.get(reference=received(*people).reference).pk
    settle()
    return referral


def settle() -> None:
    """Check what a commit would check."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; set constraints all deferred")


def rows() -> tuple[list[Any], list[Any]]:
    profiles = Profile.objects.order_by("mention_id").values_list()
    keys = MatchKey.objects.order_by("mention_id", "key").values_list("mention_id", "key")
    return list(profiles), list(keys)


@pytest.fixture
def in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Index within the test's own transaction, which another connection could not see."""

    def chunk(_: object, low: int, high: int) -> int:
        return index.index_chunk(connection.cursor().cursor.connection, low, high)

    monkeypatch.setattr(index, "_own_connection", chunk)


def test_a_build_makes_the_rows_that_the_recording_made(in_one_process: None) -> None:
    told(amelia(), OLIVER | {"role": "sibling"})
    told(a_person(given="Zoë", family="O\\Brien", address="1 Quay Street", age=9))
    before = rows()
    with connection.cursor() as cursor:
        cursor.execute("delete from people_matchkey; delete from people_profile")
    built = index.build(workers=1)
    assert (built.indexed, built.mentions) == (3, 3)
    assert rows() == before


def test_a_build_makes_only_what_is_missing(in_one_process: None) -> None:
    told(amelia())
    second = told(a_person("parent", given="Anna", family="Nowak"), OLIVER)
    before = rows()
    mention = mentions_of([second])[1].id
    Profile.objects.filter(mention=mention).delete()
    MatchKey.objects.filter(mention_id=mention).delete()
    assert index.missing() == 1
    assert index.build(workers=1).indexed == 1
    assert index.missing() == 0
    assert rows() == before  # with the mother as kin, though she was indexed already
    assert index.build(workers=1).indexed == 0


def test_profiles_of_another_version_are_made_anew(in_one_process: None) -> None:
    told(amelia())
    Profile.objects.update(version=VERSION + 1, packed="old")
    settle()
    assert index.build(workers=1).indexed == 1
    referral = Referral.objects.get()
    found = find(mentions_of([referral.pk])[0].person, referral.sent_at)
    assert len(found.candidates) == 1


def test_the_indexes_that_a_killed_build_left_out_are_made(in_one_process: None) -> None:
    told(amelia())
    with connection.cursor() as cursor:
        for drop in index.DROPS:
            cursor.execute(drop)
    index.build(workers=1)
    with connection.cursor() as cursor:
        for name in index.LOOK_UPS | index.SEARCH:
            cursor.execute("select to_regclass(%s) is not null", [name])
            assert cursor.fetchone() == (True,)


# -- the nightly run --------------------------------------------------------------------------


@pytest.fixture
def unasked() -> Callable[[], int]:
    """Two tellings that nobody was asked about, as if the engine had known less then."""
    told(amelia())
    told(amelia(nhs_number=None, family="Hartly", born="2017"))
    Link.objects.filter(standing=LinkStanding.ASKED).update(
        standing=LinkStanding.ENDED, ended_at="2026-03-02T09:00Z"
    )
    return lambda: Link.objects.filter(standing=LinkStanding.ASKED).count()


def test_the_nightly_run_asks_what_nobody_asked(unasked: Callable[[], int], tmp_path: Path) -> None:
    seen: list[int] = []
    report = batch.run(tmp_path / "state.json", seen.append)
    assert report == {"looked_up": 2, "questions": 1}
    assert (unasked(), sum(seen)) == (1, 2)
    assert batch.run(tmp_path / "state.json", seen.append)["questions"] == 0


def test_a_killed_run_goes_on_after_the_last_chunk(
    unasked: Callable[[], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "CHUNK", 1)
    state = tmp_path / "state.json"

    def killed(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.run(state, killed)
    assert batch.left(state) == 1
    assert batch.run(state, lambda _: None) == {"looked_up": 2, "questions": 1}
    assert batch.left(state) == Mention.objects.count()


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"version": VERSION + 1})])
def test_a_state_that_cannot_be_read_begins_anew(
    unasked: Callable[[], int], tmp_path: Path, content: str
) -> None:
    state = tmp_path / "state.json"
    state.write_text(content)
    assert batch.left(state) == 2


def test_a_pair_that_somebody_called_different_is_not_asked_about_again(
    unasked: Callable[[], int], tmp_path: Path, triage: Any
) -> None:
    from breakwater.people.review.actions import answer
    from breakwater.people.rules import Answer

    batch.run(tmp_path / "state.json", lambda _: None)
    answer(triage, Link.objects.get(standing=LinkStanding.ASKED).pk, Answer.DIFFERENT)
    assert batch.run(tmp_path / "state.json", lambda _: None)["questions"] == 0
    assert unasked() == 0
