"""The pages on which partners are asked, read and added."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_of
from breakwater.access.rules import TeamKind
from breakwater.audit.models import Entry
from breakwater.people.models import Mention
from breakwater.referrals.models import Referral
from breakwater.referrals.queries import place_of
from breakwater.sharing import oprf
from breakwater.sharing.discovery import queries
from breakwater.sharing.discovery.queries import partners_page
from breakwater.sharing.models import Holding, Node, Query
from breakwater.sharing.node import keys
from tests.builders import a_person, amelia, received
from tests.sharing.discovery.nodes import Partner, add, an_agency
from tests.web.markup import Page

ANSWERS: dict[str, dict[str, Any]] = {
    "known": {"known_since": "2019-03", "last_contact": "2026-10", "contact": "Desk, 01632 960123"},
    "perhaps": {"contact": "Desk, 01632 960123"},
    "not known": {},
    "could not be asked": {"why": "it did not answer in time"},
}


def text_of(html: str) -> str:
    """What stands in the page's body, in one line."""
    (body,) = [one for one in Page(html).elements if one.tag == "body"]
    return " ".join(body.text.split())


@pytest.fixture
def worker(db: None, staff: Callable[..., User], signed_in: Callable[[User], Client]) -> Client:
    return signed_in(staff("Priya Hill"))


@pytest.fixture
def boss(db: None, staff: Callable[..., User], signed_in: Callable[[User], Client]) -> Client:
    return signed_in(staff("Rae Kerr", role=Role.HUB_MANAGER))


def chosen(client: Client, reference: str) -> str:
    """The child that the form has chosen already."""
    page = Page(client.get(f"/referrals/{reference}/who-knows").content.decode())
    (radio,) = [one for one in page.all("input", name="child") if "checked" in one.attributes]
    return radio.attributes["value"]


def main_of(client: Client, path: str) -> str:
    return text_of(client.get(path).content.decode())


def asked_before(reference: str, state: str, node: int, minutes_ago: int = 0) -> Query:
    """Somebody asked about the only child of the referral, and this is what came."""

    referral = Referral.objects.get(reference=reference)
    query = Query.objects.create(
        case_id=referral.case_id,
        mention_id=Mention.objects.get(referral_id=referral.pk, role="child").pk,
        number=f"00000000-0000-0000-0000-{Query.objects.count():012}",
        purpose="protecting a child from significant harm",
        nodes=[node],
        asked_by=User.objects.get(username="priya.hill"),
        asked_at=timezone.now() - timedelta(minutes=minutes_ago),
    )
    Holding.objects.create(
        case_id=referral.case_id, query=query, node_id=node, state=state, took_ms=12,
        answered_at=query.asked_at, **ANSWERS[state],
    )  # fmt: skip
    return query


@pytest.mark.parametrize("state", list(ANSWERS))
def test_the_page_says_what_each_partner_holds_in_words(
    worker: Client, school: Partner, state: str
) -> None:
    reference = received(amelia()).reference
    asked_before(reference, state, Node.objects.get().pk)
    page = main_of(worker, f"/referrals/{reference}/partners")
    assert f"1 {state}" in page
    assert "Mill Lane School" in page
    assert "by Priya Hill" in page
    assert ("March 2019" in page) == (state == "known")
    assert ("Desk, 01632 960123" in page) == (state in ("known", "perhaps"))
    assert ("Because it did not answer in time." in page) == (state == "could not be asked")
    assert ("Ask again" in page) == (state == "could not be asked")


def test_what_a_partner_said_before_stays_beside_that_it_could_not_be_asked(
    worker: Client, school: Partner
) -> None:
    reference = received(amelia()).reference
    node = Node.objects.get().pk
    asked_before(reference, "known", node, 90)
    asked_before(reference, "could not be asked", node)
    page = main_of(worker, f"/referrals/{reference}/partners")
    assert "Could not be asked" in page
    assert "it said: known." in page


def test_a_partner_that_came_later_could_not_be_asked_then(
    worker: Client, school: Partner, key_holder: oprf.Key
) -> None:
    reference = received(amelia()).reference
    asked_before(reference, "known", Node.objects.get().pk)
    add(Partner("housing", key_holder), "Wessex Homes")
    page = main_of(worker, f"/referrals/{reference}/partners")
    assert "1 known, 1 could not be asked" in page
    assert "Its node is newer than the question." in page


def test_what_was_said_stays_when_a_node_is_asked_no_more(
    worker: Client, boss: Client, school: Partner
) -> None:
    reference = received(amelia()).reference
    node = Node.objects.get().pk
    asked_before(reference, "known", node)
    boss.post(f"/nodes/{node}/end")
    page = main_of(worker, f"/referrals/{reference}/partners")
    assert "Mill Lane School" in page
    assert "0 partners have a node" in page


def test_the_page_says_which_agencies_know_the_child_in_the_hub_and_no_more(
    worker: Client, school: Partner
) -> None:

    received(amelia(postcode="PR9 9ZZ"), concern={"narrative": "Told to somebody else."})
    reference = received(amelia(family="Hartly", nhs_number=None, born="2017")).reference
    page = main_of(worker, f"/referrals/{reference}/partners")
    assert "Nobody has asked the partners about this child yet." in page
    assert "Perhaps known to Safeguarding hub. Ask: the agency itself." in page
    assert "PR9 9ZZ" not in page
    assert "Told to somebody else" not in page


def test_how_often_it_was_asked_costs_no_statements(
    worker: Client, school: Partner, django_assert_num_queries: Any
) -> None:

    reference = received(amelia()).reference
    referral, _ = place_of(reference) or (0, 0)
    actor = actor_of("priya.hill")
    with django_assert_num_queries(6):
        partners_page(actor, reference, referral)
    for _ in range(2):
        asked_before(reference, "known", Node.objects.get().pk)
        with django_assert_num_queries(7):
            partners_page(actor, reference, referral)


def test_the_referral_leads_to_the_question_and_to_the_answers(
    worker: Client, school: Partner
) -> None:
    reference = received(amelia()).reference
    page = worker.get(f"/referrals/{reference}").content.decode()
    assert f'href="/referrals/{reference}/who-knows"' in page
    assert f'href="/referrals/{reference}/partners"' in page


def test_with_one_child_it_is_chosen_already_and_with_two_one_chooses(
    worker: Client, school: Partner
) -> None:
    one = received(amelia()).reference
    both = received(amelia(), a_person("sibling", given="Jake", family="Hartley")).reference
    assert worker.get(f"/referrals/{one}/who-knows").content.count(b" checked") == 1
    page = worker.get(f"/referrals/{both}/who-knows").content
    assert page.count(b" checked") == 0
    assert b"Jake Hartley" in page


def test_without_child_or_reason_nothing_is_asked_and_the_page_says_what_is_missing(
    worker: Client, school: Partner
) -> None:
    reference = received(amelia(), a_person("sibling", given="Jake", family="Hartley")).reference
    answer = worker.post(f"/referrals/{reference}/who-knows", {"child": "77", "purpose": "x"})
    assert answer.status_code == 422
    page = text_of(answer.content.decode())
    assert "There is a problem" in page
    assert "which child" in page
    assert "why you ask" in page
    assert not Query.objects.exists()


def test_asking_leads_to_the_answers_and_says_what_came(worker: Client, school: Partner) -> None:
    reference = received(amelia()).reference
    child = chosen(worker, reference)
    answer = worker.post(
        f"/referrals/{reference}/who-knows",
        {"child": child, "purpose": "protecting a child from significant harm"},
    )
    assert answer.status_code == 302
    assert answer["Location"] == f"/referrals/{reference}/partners"
    page = main_of(worker, answer["Location"])
    assert "Asked: 1 could not be asked." in page
    assert "the key holder could not be asked (it does not answer)" in page
    again = worker.post(f"/referrals/{reference}/partners/again", {"child": child}, follow=True)
    assert "Asked again: 1 could not be asked." in text_of(again.content.decode())
    assert Query.objects.count() == 2


@pytest.mark.parametrize("child", ["", "x", "0", "9" * 30, "-1"])
def test_asking_again_about_nobody_is_refused(worker: Client, school: Partner, child: str) -> None:
    reference = received(amelia()).reference
    answer = worker.post(f"/referrals/{reference}/partners/again", {"child": child}, follow=True)
    assert "not one of the referral's" in text_of(answer.content.decode()).replace("’", "'")
    assert not Query.objects.exists()


def test_without_a_node_nobody_is_asked(worker: Client, known_to: None) -> None:
    reference = received(amelia()).reference
    child = chosen(worker, reference)
    answer = worker.post(
        f"/referrals/{reference}/who-knows",
        {"child": child, "purpose": "protecting a child from significant harm"},
    )
    assert answer.status_code == 422
    assert "No partner has a node yet" in text_of(answer.content.decode())
    assert not Query.objects.exists()


def test_a_referral_without_a_child_leads_back(worker: Client, school: Partner) -> None:
    reference = received(a_person("parent", given="Rosa", family="Hartley")).reference
    answer = worker.get(f"/referrals/{reference}/who-knows")
    assert answer["Location"] == f"/referrals/{reference}"
    assert "No child is named" in main_of(worker, f"/referrals/{reference}/partners")


def test_who_may_not_see_the_referral_finds_no_such_page(
    school: Partner, staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    reference = received(amelia()).reference
    stranger = signed_in(staff("Huw Evans", TeamKind.CAIT))
    for path in ("who-knows", "partners"):
        assert stranger.get(f"/referrals/{reference}/{path}").status_code == 404
        assert stranger.get(f"/referrals/BW-0000-0000-0000/{path}").status_code == 404


def typed(**changes: str) -> dict[str, str]:
    signing, key = keys.SigningKey.new(), oprf.Key.new()
    told = {
        "agency": str(an_agency("Mill Lane School").pk),
        "name": "mill-lane",
        "address": "https://node.example.org:8443",
        "identity_key": keys.text_of(signing.public),
        "voprf_key": keys.text_of(key.public),
    }
    return told | changes


def test_a_manager_adds_a_node_and_ends_it(boss: Client) -> None:
    answer = boss.post("/nodes", typed(), follow=True)
    page = text_of(answer.content.decode())
    assert "Added. It is asked as soon as it has sent its index." in page
    assert "No index yet" in page
    assert "Not asked" in page
    node = Node.objects.get()
    assert (node.added_by.name, node.address) == ("Rae Kerr", "https://node.example.org:8443")
    assert [one.name for one in queries.nodes()] == ["mill-lane"]
    confirm = main_of(boss, f"/nodes/{node.pk}/end")
    assert "Its index is deleted at once" in confirm
    gone = boss.post(f"/nodes/{node.pk}/end", follow=True)
    assert "mill-lane is not asked any more" in text_of(gone.content.decode())
    assert not queries.nodes()
    assert boss.post(f"/nodes/{node.pk}/end").status_code == 404
    verbs = Entry.objects.filter(verb="manage_agreements", subject=f"node:{node.pk}")
    assert [entry.facts for entry in verbs] == [{"added": node.pk}, {"ended": node.pk}]


def test_a_name_is_one_node_s_until_it_ends(boss: Client) -> None:
    boss.post("/nodes", typed())
    answer = boss.post("/nodes", typed())
    assert answer.status_code == 422
    assert "A node named mill-lane is asked already" in text_of(answer.content.decode())
    boss.post(f"/nodes/{Node.objects.get().pk}/end")
    assert boss.post("/nodes", typed()).status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"agency": "0"}, "the agency"),
        ({"name": "Mill Lane"}, "small letters, digits, dots and hyphens"),
        ({"name": ""}, "the name of the node"),
        ({"address": "node.example.org"}, "The address must be such as"),
        ({"address": "https://me:secret@node.example.org"}, "The address must be such as"),
        ({"address": "https://node.example.org/?a=b"}, "The address must be such as"),
        ({"address": "https://node.example.org:port"}, "The address must be such as"),
        ({"address": "http://node.example.org"}, "must begin with https://"),
        ({"identity_key": "short"}, "This is no key"),
        ({"identity_key": "A" * 44}, "This is no key"),
        ({"voprf_key": keys.text_of(bytes(32))}, "This is no key"),
        ({"voprf_key": keys.text_of(b"\xff" * 32)}, "This is no key"),
    ],
)
def test_a_node_that_cannot_be_asked_is_refused_at_its_field_and_nothing_typed_is_lost(
    boss: Client, changes: dict[str, str], words: str
) -> None:
    given = typed(**changes)
    answer = boss.post("/nodes", given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in text_of(page)
    assert given["address"].replace("&", "&amp;") in page
    assert not Node.objects.exists()


def test_only_a_manager_sees_and_keeps_the_nodes(worker: Client, school: Partner) -> None:
    node = Node.objects.get().pk
    for path in ("/nodes", f"/nodes/{node}/end"):
        assert worker.get(path).status_code == 404
        assert worker.post(path, typed(name="other")).status_code == 404
    assert [one.name for one in queries.nodes()] == ["mill-lane"]


def test_the_page_of_nodes_tells_how_each_answers(
    worker: Client, boss: Client, school: Partner
) -> None:
    school.send_all([{"given": "Lark", "family": "Alder", "born": "2014-02-03"}])
    reference = received(amelia()).reference
    node = Node.objects.get().pk
    asked_before(reference, "known", node, 30)
    asked_before(reference, "could not be asked", node, 20)
    page = main_of(boss, "/nodes")
    assert "2 questions, 1 not answered" in page
    assert "it did not answer in time" in page
