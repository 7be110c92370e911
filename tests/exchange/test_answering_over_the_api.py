"""A partner's system reads what its team is asked, and answers; the hub shows who and when."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from breakwater.access.models import Team
from breakwater.access.queries import actor_of
from breakwater.audit.models import Entry
from breakwater.exchange.models import AnsweredOnce, Client
from breakwater.exchange.rules import Scope
from breakwater.exchange.v1 import schemas
from breakwater.sharing.models import Answer, Request
from breakwater.sharing.rules import SENT, Handling, Reply, Sent
from tests.exchange.conftest import SURGERY
from tests.exchange.partner import PartnerSystem, is_problem
from tests.journeys.hub import Hub

NOTHING = {"reply": "nothing_known"}


@pytest.fixture
def system(school: PartnerSystem) -> PartnerSystem:
    """The school's system, with a token."""
    return school.signed_in()


def answer(
    system: PartnerSystem, reference: str, body: Any, key: str = "key-00000001", **headers: str
) -> Any:
    return system.post(
        f"requests/{reference}/answers", body, Idempotency_Key=key, **headers
    )  # fmt: skip


def key_of(reference: str) -> str:
    """A key that no other test uses."""
    return f"key-of-{reference}"


def references(system: PartnerSystem, path: str = "requests?limit=200") -> list[str]:
    return [item["reference"] for item in system.get(path).json()["items"]]


# -- reading --------------------------------------------------------------------------------------


def test_the_list_names_requests_and_nobody(
    hub: Hub, system: PartnerSystem, asked: Callable[..., str]
) -> None:
    reference = asked()
    (item,) = [
        each
        for each in system.get("requests?limit=200").json()["items"]
        if each["reference"] == reference
    ]
    assert item.keys() == {"reference", "standing", "asked_at", "due_at", "agency", "team"}
    assert (item["standing"], item["team"]) == ("asked", "St Aldhelm's Primary School")


def test_the_list_comes_in_pages_that_what_comes_in_does_not_move(
    system: PartnerSystem, asked: Callable[..., str]
) -> None:
    for _ in range(3):
        asked()
    known = references(system)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = system.get(f"requests?limit=2&cursor={cursor}").json()
        seen += [item["reference"] for item in page["items"]]
        cursor = page["next"]
        if len(seen) == 2:
            newest = asked()
    assert seen == [*known, newest]


def test_what_is_settled_is_left_out_where_only_the_rest_is_asked_for(
    system: PartnerSystem, asked: Callable[..., str]
) -> None:
    reference, other = asked(), asked()
    assert answer(system, reference, NOTHING, key_of(reference)).status_code == 201
    awaited = references(system, "requests?limit=200&awaited=true")
    assert (reference in awaited, other in awaited) == (False, True)
    assert reference in references(system)


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=201", "limit"), ("limit=many", "limit"),
     ("cursor=%2A%2A", "cursor"), ("cursor=AAAA", "cursor"), ("cursor=" + "A" * 300, "cursor"),
     ("awaited=perhaps", "awaited")],
)  # fmt: skip
def test_a_wrong_query_is_told_which_part_is_wrong(
    system: PartnerSystem, query: str, field: str
) -> None:
    body = is_problem(system.get(f"requests?{query}"), 422, "invalid")
    assert [error["query"] for error in body["errors"]] == [field]


def test_a_request_says_who_asks_what_about_whom_and_the_look_is_written_down(
    hub: Hub, system: PartnerSystem, asked: Callable[..., str]
) -> None:
    reference = asked()
    shown = system.get(f"requests/{reference}").json()
    assert (shown["standing"], shown["asked_by"]) == ("asked", "Sgt Priya Hill")
    assert shown["questions"]
    assert shown["purpose"] == {"code": "enquiries", "words": "deciding what a child needs"}
    assert {basis["code"] for basis in shown["bases"]} == {"ART6E", "ART9G", "PARA18"}
    assert "Amelia Hartley" in {line["value"] for line in shown["told"]}
    assert shown["answers"] == []
    with hub.at_database():
        request = Request.objects.get(reference=reference)
        user = Client.objects.get(client_id=system.client_id).user_id
        looks = Entry.objects.filter(subject=f"request:{request.pk}", verb="open_paper")
        assert [(one.actor, one.cases) for one in looks if one.cases] == [
            (f"user:{user}", [request.case_id])
        ]
        # The case itself stays shut.
        assert not Entry.objects.filter(actor=f"user:{user}", verb="open_case").exists()


def test_what_one_has_already_is_not_sent_again_and_still_written_down(
    hub: Hub, system: PartnerSystem, asked: Callable[..., str]
) -> None:
    path = f"requests/{asked()}"
    tag = system.get(path).headers["ETag"]
    same = system.get(path, If_None_Match=tag)
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert system.get(path, If_None_Match='"7.0"').status_code == 200
    with hub.at_database():
        pk = Request.objects.get(reference=path.partition("/")[2]).pk
        assert Entry.objects.filter(subject=f"request:{pk}", verb="open_paper").count() == 2 * 3


def test_another_teams_request_is_as_one_that_is_not_there(
    hub: Hub,
    system: PartnerSystem,
    client_of: Callable[..., PartnerSystem],
    asked: Callable[..., str],
) -> None:
    theirs = asked(SURGERY)
    assert theirs not in references(system)
    told = []
    for reference in (theirs, "RQ-2222-2222-2222", "RQ-2222", "%00", "DS-2222-2222-2222", "a b"):
        for refused in (
            system.get(f"requests/{reference}"),
            answer(system, reference, NOTHING),
            system.get(f"shared/{reference}"),
        ):
            body = is_problem(refused, 404, "not-found")
            body.pop("request_id")
            told.append(body)
    assert all(body == told[0] for body in told)
    with hub.at_database():
        assert not Answer.objects.filter(request__reference=theirs).exists()
    surgery = client_of(SURGERY).signed_in()
    assert surgery.get(f"requests/{theirs}").status_code == 200


def test_what_waits_for_a_signature_is_not_there_yet(
    client_of: Callable[..., PartnerSystem], asked: Callable[..., str]
) -> None:
    reference = asked("A school without an agreement", agreed=False)
    system = client_of("A school without an agreement").signed_in()
    is_problem(system.get(f"requests/{reference}"), 404, "not-found")
    assert reference not in references(system)


# -- answering ------------------------------------------------------------------------------------


def test_nothing_known_is_an_answer_with_a_name_and_a_time(
    hub: Hub, system: PartnerSystem, asked: Callable[..., str]
) -> None:
    reference = asked()
    answered = answer(system, reference, NOTHING, key_of(reference))
    assert answered.status_code == 201
    body = answered.json()
    assert (body["reply"], body["standing"]) == ("nothing_known", "nothing_known")
    assert body["answered_by"] == "School records"
    with hub.at_database():
        row = Answer.objects.get(request__reference=reference)
        assert row.answered_by.name == "School records"
        assert row.answered_at.isoformat().startswith(body["answered_at"].rstrip("Z"))
        assert Request.objects.get(reference=reference).standing == "nothing known"
    shown = system.get(f"requests/{reference}").json()
    assert shown["standing"] == "nothing_known"
    assert [one["answered_by"] for one in shown["answers"]] == ["School records"]


@pytest.mark.parametrize(
    ("body", "standing"),
    [
        ({"reply": "answer", "answers": ["Attendance is 91%."]}, "answered"),
        ({"reply": "decline", "reason": "She left us in 2019."}, "declined"),
        ({"reply": "phone", "phone": "01632 960210"}, "by_phone"),
    ],
)
def test_each_reply_is_kept_and_shown_again(
    system: PartnerSystem, asked: Callable[..., str], body: dict[str, Any], standing: str
) -> None:
    reference = asked()
    given = body | {"handling": ["not_family", "no_onward"], "third_parties": True}
    answered = answer(system, reference, given, key_of(reference))
    assert (answered.status_code, answered.json()["standing"]) == (201, standing)
    (said,) = system.get(f"requests/{reference}").json()["answers"]
    for name in body:
        assert said[name] == body[name]
    assert [one["code"] for one in said["handling"]] == ["not_family", "no_onward"]
    assert said["third_parties"] is True


def test_the_same_answer_again_changes_nothing_and_is_answered_the_same(
    hub: Hub, system: PartnerSystem, asked: Callable[..., str]
) -> None:
    reference = asked()
    body = {"reply": "answer", "answers": ["Attendance is 91%."]}
    first = answer(system, reference, body, key_of(reference))
    # A colleague answers meanwhile; a second token, as after ten minutes.
    assert answer(system, reference, NOTHING, key_of(reference) + "b").status_code == 201
    system.signed_in()
    again = answer(system, reference, body, key_of(reference))
    assert (again.status_code, again.json()) == (201, first.json())
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (
        False, "true",
    )  # fmt: skip
    with hub.at_database():
        assert Answer.objects.filter(request__reference=reference).count() == 2


def test_a_key_with_another_body_or_for_another_request_is_refused(
    hub: Hub, system: PartnerSystem, asked: Callable[..., str]
) -> None:
    reference, other = asked(), asked()
    assert answer(system, reference, NOTHING, key_of(reference)).status_code == 201
    declined = {"reply": "decline", "reason": "Ask the new school."}
    for refused in (
        answer(system, reference, declined, key_of(reference)),
        answer(system, other, NOTHING, key_of(reference)),
    ):
        body = is_problem(refused, 409, "key-used")
        assert [error["header"] for error in body["errors"]] == ["Idempotency-Key"]
    with hub.at_database():
        assert Answer.objects.filter(request__reference=reference).count() == 1
        assert not Answer.objects.filter(request__reference=other).exists()


def test_two_clients_may_use_one_key(
    system: PartnerSystem, client_of: Callable[..., PartnerSystem], asked: Callable[..., str]
) -> None:
    reference = asked()
    other = client_of(name="Second system").signed_in()
    for each in (system, other):
        assert answer(each, reference, NOTHING, key_of(reference)).status_code == 201


def test_of_six_that_send_one_answer_at_once_one_is_kept(
    hub: Hub, system: PartnerSystem, asked: Callable[..., str]
) -> None:
    reference = asked()
    tag = system.get(f"requests/{reference}").headers["ETag"]
    others = [
        PartnerSystem(hub.address, system.client_id, system.key, token=system.token)
        for _ in range(6)
    ]
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(
                lambda one: answer(one, reference, NOTHING, key_of(reference), If_Match=tag), others
            )
        )
    assert [one.status_code for one in answers] == [201] * 6
    assert len({one.text for one in answers}) == 1
    with hub.at_database():
        assert Answer.objects.filter(request__reference=reference).count() == 1


def test_a_refused_answer_leaves_its_key_free(
    system: PartnerSystem, asked: Callable[..., str]
) -> None:
    reference = asked()
    refused = answer(system, reference, {"reply": "decline", "reason": ""}, key_of(reference))
    is_problem(refused, 422, "invalid")
    assert answer(system, reference, NOTHING, key_of(reference)).status_code == 201


def test_neither_key_nor_body_is_in_the_database(
    hub: Hub, system: PartnerSystem, asked: Callable[..., str]
) -> None:
    import hashlib

    reference = asked()
    answer(system, reference, NOTHING, key_of(reference))
    with hub.at_database():
        row = AnsweredOnce.objects.latest("made_at")
        guesses = (key_of(reference), json.dumps(NOTHING))
        assert {row.key, row.body}.isdisjoint(
            {*guesses, *(hashlib.sha256(one.encode()).hexdigest() for one in guesses)}
        )


def test_who_answers_what_somebody_answered_meanwhile_is_told(
    system: PartnerSystem, asked: Callable[..., str]
) -> None:
    reference = asked()
    tag = system.get(f"requests/{reference}").headers["ETag"]
    first, second = key_of(reference), key_of(reference) + "b"
    assert answer(system, reference, NOTHING, first, If_Match=tag).status_code == 201
    declined = {"reply": "decline", "reason": "Ask the new school."}
    is_problem(answer(system, reference, declined, second, If_Match=tag), 412, "overtaken")
    is_problem(answer(system, reference, declined, second, If_Match='"x"'), 412, "overtaken")
    # The first, sent again, is still the same answer.
    assert answer(system, reference, NOTHING, first, If_Match=tag).status_code == 201
    tag = system.get(f"requests/{reference}").headers["ETag"]
    assert answer(system, reference, declined, second, If_Match=tag).status_code == 201


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["#/reply"]),
        ({"reply": "perhaps"}, ["#/reply"]),
        ({"reply": "answer"}, ["#/answers/0"]),
        ({"reply": "answer", "answers": ["  "]}, ["#/answers/0"]),
        ({"reply": "answer", "answers": ["x"] * 60}, ["#/answers"]),
        ({"reply": "answer", "answers": ["x" * 5001]}, ["#/answers/0"]),
        ({"reply": "answer", "answers": [7]}, ["#/answers/0"]),
        ({"reply": "answer", "answers": "yes"}, ["#/answers"]),
        ({"reply": "answer", "answers": ["\ud800"]}, ["#/answers/0"]),
        ({"reply": "decline"}, ["#/reason"]),
        ({"reply": "phone"}, ["#/phone"]),
        ({"reply": "phone", "phone": "0" * 301}, ["#/phone"]),
        (NOTHING | {"handling": ["secret"]}, ["#/handling/0"]),
        (NOTHING | {"third_parties": "who?"}, ["#/third_parties"]),
        (NOTHING | {"by/whom~": "me"}, ["#/by~1whom~0"]),
        ([], ["#"]),
        (None, ["#"]),
    ],
)
def test_what_is_wrong_with_an_answer_is_named_and_never_repeated(
    hub: Hub,
    system: PartnerSystem,
    asked: Callable[..., str],
    body: Any,
    pointers: list[str],
) -> None:
    reference = asked()
    sent = json.dumps(body).encode()
    refused = answer(system, reference, sent, key_of(reference))
    told = is_problem(refused, 422, "invalid")
    assert [error["pointer"] for error in told["errors"]] == pointers
    assert all(error["detail"] for error in told["errors"])
    for text in ("perhaps", "xxxx", "0000", "secret", "who?"):
        assert text not in refused.text.replace("0000-0000", "")
    with hub.at_database():
        assert not Answer.objects.filter(request__reference=reference).exists()


@pytest.mark.parametrize(
    ("sent", "status", "kind"),
    [
        (b"{", 400, "bad-request"),
        (b'{"reply": "nothing_known", "reply": "decline"}', 400, "bad-request"),
        (b'{"reply": NaN}', 400, "bad-request"),
        (b"\xff\xfe", 400, "bad-request"),
        (b"[" * 100_000, 400, "bad-request"),
        (b'{"reply": "' + b"x" * 1_100_000 + b'"}', 413, "too-large"),
    ],
    ids=["cut off", "a name twice", "no number", "no UTF-8", "too deep", "too large"],
)
def test_a_body_that_cannot_be_read_is_told_so(
    system: PartnerSystem, asked: Callable[..., str], sent: bytes, status: int, kind: str
) -> None:
    is_problem(answer(system, asked(), sent), status, kind)


def test_a_form_is_no_answer(system: PartnerSystem, asked: Callable[..., str]) -> None:
    form = "application/x-www-form-urlencoded"
    refused = answer(system, asked(), b"reply=nothing_known", Content_Type=form)
    is_problem(refused, 415, "unsupported-media-type")


@pytest.mark.parametrize("key", [None, "short", "k" * 201])
def test_an_answer_needs_a_key_of_its_own(
    system: PartnerSystem, asked: Callable[..., str], key: str | None
) -> None:
    headers = {} if key is None else {"Idempotency_Key": key}
    refused = system.post(f"requests/{asked()}/answers", NOTHING, **headers)
    body = is_problem(refused, 422, "invalid")
    assert [error["header"] for error in body["errors"]] == ["Idempotency-Key"]


# -- scopes, shared, addresses --------------------------------------------------------------------


def test_a_token_is_good_for_its_scopes_only(
    client_of: Callable[..., PartnerSystem], asked: Callable[..., str]
) -> None:
    reference = asked()
    reader = client_of(scopes=[Scope.READ_REQUESTS]).signed_in()
    assert reader.get(f"requests/{reference}").status_code == 200
    is_problem(answer(reader, reference, NOTHING), 403, "insufficient-scope")
    is_problem(reader.get("shared"), 403, "insufficient-scope")
    answers_only = client_of(scopes=[Scope.ANSWER_REQUESTS]).signed_in()
    for path in ("requests", f"requests/{reference}"):
        is_problem(answers_only.get(path), 403, "insufficient-scope")


def test_who_left_the_team_sees_nothing_of_it(
    hub: Hub, system: PartnerSystem, asked: Callable[..., str]
) -> None:
    from django.utils import timezone

    from breakwater.access.models import Membership

    reference = asked()
    with hub.at_database():
        user = Client.objects.get(client_id=system.client_id).user_id
        Membership.objects.filter(user=user).update(ends=timezone.now())
    assert references(system) == []
    is_problem(system.get(f"requests/{reference}"), 404, "not-found")


def test_what_was_shared_is_read_and_after_a_recall_only_why(
    hub: Hub, system: PartnerSystem
) -> None:
    reference = a_disclosure(hub)
    (item,) = [
        each
        for each in system.get("shared?limit=200").json()["items"]
        if each["reference"] == reference
    ]
    assert (item["standing"], item["read_at"]) == ("sent", None)
    shown = system.get(f"shared/{reference}")
    body = shown.json()
    assert [line["value"] for line in body["lines"]] == ["Under a plan since May."]
    assert [one["code"] for one in body["handling"]] == ["police_only"]
    assert body["keep_until"] == "2099-01-01"
    again = system.get(f"shared/{reference}", If_None_Match=shown.headers["ETag"])
    assert again.status_code == 304
    with hub.at_database():
        from breakwater.sharing.disclosures.models import Disclosure

        assert Disclosure.objects.get(reference=reference).read_by.name == "School records"
        Disclosure.objects.filter(reference=reference).update(standing=Sent.RECALLED)
    recalled = system.get(f"shared/{reference}").json()
    assert (recalled["standing"], recalled["lines"]) == ("recalled", [])


def test_an_address_that_is_none_and_a_method_that_is_none_are_problems_too(
    system: PartnerSystem,
) -> None:
    for path in (
        "",
        "nothing",
        "requests/",
        "requests/a/b",
        "docs",
        "problems/none",
        "token/x",
        "%2F%0A",
    ):
        is_problem(system.get(path), 404, "not-found")
    for method, path in (("DELETE", "requests"), ("PUT", "token"), ("POST", "openapi.json")):
        is_problem(system.call(method, path), 405, "method-not-allowed")
    allowed = system.call("DELETE", "requests")
    assert allowed.headers["Allow"] == "GET"


def test_where_only_the_head_is_wanted_only_that_comes(system: PartnerSystem) -> None:
    head = system.call("HEAD", "requests")
    assert (head.status_code, head.content) == (200, b"")


def test_the_codes_of_the_document_are_those_of_the_rules() -> None:
    from typing import get_args

    def names(several: Any) -> set[str]:
        return {one.name.lower() for one in several}

    assert set(get_args(schemas.ReplyCode)) == names(Reply)
    assert set(get_args(schemas.HandlingCode)) == names(Handling)
    assert set(get_args(schemas.StandingCode)) == names(SENT)
    shown = {Sent.SENT, Sent.RECALLED, Sent.CORRECTED}
    assert set(get_args(schemas.SentCode)) == names(shown)


def a_disclosure(hub: Hub) -> str:
    """Something that was shared with the school by itself."""
    from datetime import date

    from django.utils import timezone

    from breakwater.sharing.disclosures.writing import Covers, Told, write
    from breakwater.sharing.rules import ConsentAsked, InfoKind, Purpose
    from tests.builders import amelia, received
    from tests.sharing.asking import BASES, a_partner, an_agreement

    with hub.at_database():
        from breakwater.referrals.models import Referral

        hill = actor_of("hill")
        school = a_partner(person="Desk of St Aldhelm's Primary School")
        referral = Referral.objects.get(reference=received(amelia(), key=str(uuid4())).reference)
        told = Told(
            InfoKind.SOCIAL_CARE, "Plan", "Under a plan since May.", "Amelia Hartley", "council"
        )
        covers = Covers(
            Purpose.PLAN,
            BASES,
            ConsentAsked.SOUGHT,
            "The school is part of the plan.",
            handling=(Handling.POLICE_ONLY,),
            agreement_id=an_agreement(hill.agency_id, school.agency_id).pk,
        )
        (team,) = Team.objects.filter(pk__in=school.team_ids)
        return write(
            hill,
            referral.case_id,
            team.pk,
            [told],
            covers,
            at=timezone.now(),
            keep_until=date(2099, 1, 1),
            referral_id=referral.pk,
        ).reference
