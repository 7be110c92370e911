"""A node's index comes in part by part, exactly once, and is asked from one moment on."""

import json
import time
from typing import Any

import pytest
from django.test import Client

from breakwater.audit.models import Entry
from breakwater.sharing.discovery.actions import end_node
from breakwater.sharing.models import Bucket, Generation, Node, Part
from breakwater.sharing.node import index, keys, wire
from tests.builders import amelia
from tests.sharing.discovery.nodes import PATH, Partner, add, manager, post

LARK = {"given": "Lark", "family": "Alder", "born": "2014-02-03", "postcode": "PR2 1AA"}


def refused(answer: Any, code: str, words: str) -> None:
    assert answer.json()["refused"] == code
    assert words in answer.json()["words"]
    assert answer.status_code == wire.Refused(code, "").status


def stored() -> tuple[int, int, int]:
    return Generation.objects.count(), Part.objects.count(), Bucket.objects.count()


def test_an_index_is_asked_once_its_last_part_is_here(school: Partner, client: Client) -> None:
    manifest, first, second = school.parts([amelia(), LARK])
    assert school.send(client, manifest, 0).json() == {"wanted": [1, 2], "live": False}
    assert school.send(client, second, 2).json() == {"wanted": [1], "live": False}
    assert Generation.objects.get().live_at is None
    assert school.send(client, first, 1).json() == {"wanted": [], "live": True}
    assert Generation.objects.get().live_at is not None
    entries = b"".join(bytes(row.packed) for row in Bucket.objects.order_by("number"))
    assert len(entries) == index.ENTRY_SIZE * json.loads(manifest)["entries"]
    assert [entry.verb for entry in Entry.objects.filter(actor="node:mill-lane")] == [
        "begin_index",
        "index_live",
    ]


def test_the_same_part_again_changes_nothing(school: Partner, client: Client) -> None:
    manifest, first, second = school.parts([amelia()])
    for part, body in ((0, manifest), (1, first), (0, manifest), (1, first)):
        assert school.send(client, body, part).json()["wanted"] in ([1, 2], [2])
    assert stored()[:2] == (1, 1)
    assert school.send(client, second, 2).json()["live"]
    before = stored()
    assert school.send(client, second, 2).json() == {"wanted": [], "live": True}
    assert school.send(client, manifest, 0).json() == {"wanted": [], "live": True}
    assert stored() == before


def test_another_generation_takes_the_place_of_one_that_was_never_finished(
    school: Partner, client: Client
) -> None:
    manifest, first, _ = school.parts([amelia()])
    school.send(client, manifest, 0)
    school.send(client, first, 1)
    school.send_all([LARK], "ffff000011112222")
    assert [one.code for one in Generation.objects.all()] == ["ffff000011112222"]
    refused(school.send(client, first, 1), "bad-body", "send part 0, the manifest, first")


def test_the_old_index_is_asked_until_the_new_one_is_whole_and_then_deleted(
    school: Partner, client: Client
) -> None:
    school.send_all([amelia()])
    old = Generation.objects.get()
    code = "ffff000011112222"
    manifest, first, second = school.parts([LARK], code=code)
    school.send(client, manifest, 0, generation=code)
    school.send(client, first, 1, generation=code)
    assert Generation.objects.get(live_at__isnull=False) == old
    school.send(client, second, 2, generation=code)
    assert [one.code for one in Generation.objects.all()] == [code]
    assert not Bucket.objects.filter(generation_id=old.pk).exists()
    assert not Part.objects.filter(generation_id=old.pk).exists()


def test_an_index_of_nobody_is_asked_at_once(school: Partner, client: Client) -> None:
    manifest = school.manifest("00112233aabbccdd", parts=0)
    answer = school.send(client, manifest, 0, parts=0)
    assert answer.json() == {"wanted": [], "live": True}


def test_one_node_does_not_touch_another_s_index(
    school: Partner, key_holder: Any, client: Client
) -> None:
    surgery = Partner("harbour-road", key_holder)
    add(surgery, "Harbour Road Surgery")
    school.send_all([amelia()])
    surgery.send_all([LARK])
    assert Generation.objects.filter(live_at__isnull=False).count() == 2
    manifest = surgery.manifest("00112233aabbccdd")
    forged = surgery.signed(manifest, 0, sender="mill-lane")
    refused(post(client, manifest, forged), "bad-signature", "did not sign")


def test_who_is_not_known_is_refused(school: Partner, key_holder: Any, client: Client) -> None:
    stranger = Partner("stranger", key_holder)
    answer = stranger.send(client, stranger.manifest("00112233aabbccdd"), 0)
    refused(answer, "unknown-sender", "not one that we know")
    assert stored() == (0, 0, 0)


def test_a_node_that_is_not_asked_any_more_is_not_known(school: Partner, client: Client) -> None:
    school.send_all([amelia()])
    end_node(manager(), Node.objects.get().pk)
    assert stored() == (0, 0, 0)
    refused(
        school.send(client, school.manifest("00112233aabbccdd"), 0), "unknown-sender", "not one"
    )


def test_a_statement_that_was_taken_is_not_taken_again(school: Partner, client: Client) -> None:
    manifest = school.manifest("00112233aabbccdd")
    header = school.signed(manifest, 0)
    assert post(client, manifest, header).status_code == 200
    refused(post(client, manifest, header), "used-before", "taken already")


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"key": keys.SigningKey.new()}, "bad-signature", "did not sign"),
        ({"receiver": "another hub"}, "not-for-us", "is not for hub"),
        ({"kind": wire.EVALUATE, "about": {}}, "wrong-kind", "kind index"),
        ({"at": time.time() - 3600}, "out-of-time", "within 120 s"),
        ({"at": time.time() + 3600}, "out-of-time", "within 120 s"),
        ({"part": -1}, "bad-statement", "part within them"),
        ({"part": 3}, "bad-statement", "part within them"),
        ({"part": "one"}, "bad-statement", "whole numbers"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else None,
)
def test_what_is_signed_wrongly_is_refused(
    school: Partner, client: Client, changes: dict[str, Any], code: str, words: str
) -> None:
    manifest = school.manifest("00112233aabbccdd")
    about = changes.pop("about", None)
    header = (
        wire.signed(
            school.signing,
            wire.statement(changes["kind"], school.name, "hub", manifest, time.time()),
        )
        if about is not None
        else school.signed(manifest, changes.pop("part", 0), **changes)
    )
    refused(post(client, manifest, header), code, words)
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize(
    "header", ["", "x", "e30=.e30=", "e30=", "." * 5000, "W10=.W10=", "bnVsbA==."]
)
def test_nonsense_in_place_of_a_statement_is_refused(
    school: Partner, client: Client, header: str
) -> None:
    answer = post(client, b"{}", header)
    assert answer.json()["refused"] in ("no-statement", "bad-statement", "unknown-sender")
    assert answer.status_code in (400, 401)


def test_another_body_than_the_one_that_was_signed_is_refused(
    school: Partner, client: Client
) -> None:
    header = school.signed(school.manifest("00112233aabbccdd"), 0)
    refused(post(client, b"{}", header), "other-body", "another body")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": 2}, "version 1"),
        ({"generation": "other"}, "differ from the statement's"),
        ({"parts": 3}, "differ from the statement's"),
        ({"bits": 23}, "bits must be a whole number from 0 to 22"),
        ({"bits": True}, "bits must be a whole number"),
        ({"entries": -1}, "entries must be a whole number"),
        ({"made_at": "yesterday"}, "made_at must be a time"),
        ({"made_at": None}, "made_at must be a time"),
        ({"made_at": "2999-01-01T00:00:00+00:00"}, "made_at is in the future"),
        ({"oprf": keys.text_of(bytes(32))}, "oprf is not the key that the hub knows"),
        ({"key_holder": keys.text_of(bytes(32))}, "key_holder is not the key that the hub knows"),
        ({"contacts": {}}, "contacts must be 1 to 256 lines"),
        ({"contacts": ["desk"]}, "contacts must be 1 to 256 lines"),
        ({"contacts": {"first": "desk"}}, "numbered from 0 to 255"),
        ({"contacts": {"256": "desk"}}, "numbered from 0 to 255"),
        ({"contacts": {"0": ""}}, "contact 0 must be a line"),
        ({"contacts": {"0": 7}}, "contact 0 must be a line"),
        ({"contacts": {"0": "x" * 201}}, "contact 0 must be a line"),
        ({"contacts": {"0": "desk\nroom"}}, "one line of plain text"),
    ],
)
def test_a_manifest_that_cannot_stand_is_refused_and_says_why(
    school: Partner, client: Client, changes: dict[str, Any], words: str
) -> None:
    answer = school.send(client, school.manifest("00112233aabbccdd", **changes), 0)
    refused(answer, "bad-body", words)
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"[" * 5000])
def test_what_is_no_manifest_is_refused(school: Partner, client: Client, body: bytes) -> None:
    refused(school.send(client, body, 0), "bad-body", "not a JSON object")


def test_a_part_before_its_manifest_is_refused(school: Partner, client: Client) -> None:
    refused(school.send(client, b"", 1), "bad-body", "send part 0, the manifest, first")


def test_other_bytes_under_a_part_that_is_here_are_refused(school: Partner, client: Client) -> None:
    manifest, first, second = school.parts([amelia()])
    school.send(client, manifest, 0)
    school.send(client, first, 1)
    before = stored()
    refused(school.send(client, second, 1), "bad-body", "part 1 is here with other bytes")
    assert stored() == before


def test_a_bucket_that_another_part_brought_is_refused(school: Partner, client: Client) -> None:
    manifest, first, _ = school.parts([amelia()])
    school.send(client, manifest, 0)
    school.send(client, first, 1)
    refused(school.send(client, first, 2), "bad-body", "buckets that are another part's")


def test_another_manifest_under_the_same_name_is_refused(school: Partner, client: Client) -> None:
    school.send(client, school.manifest("00112233aabbccdd", bits=4), 0)
    answer = school.send(client, school.manifest("00112233aabbccdd", bits=5), 0)
    refused(answer, "bad-body", "began with another manifest")


@pytest.mark.parametrize(
    "part", [b"\0", index.pack([(1, b"x" * 20)])[:-1], index.pack([(16, b"x" * 20)])]
)
def test_a_part_that_is_not_in_form_is_refused_whole(
    school: Partner, client: Client, part: bytes
) -> None:
    school.send(client, school.manifest("00112233aabbccdd"), 0)
    assert school.send(client, part, 1).json()["refused"] == "bad-body"
    assert stored() == (1, 0, 0)


def test_too_large_a_part_is_refused_before_it_is_read(school: Partner, client: Client) -> None:
    refused(school.send(client, bytes(2_000_001), 1), "too-large", "2,000,000 bytes")


def test_only_posts_are_taken_and_no_session_is_needed_or_made(
    school: Partner, client: Client
) -> None:
    assert client.get(PATH).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert school.send(strict, school.manifest("00112233aabbccdd"), 0).status_code == 200
    assert not strict.cookies
