"""The pages of requests: who gets in, what they show, and that nothing typed is lost."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from breakwater.access.models import User
from breakwater.access.rules import Actor, AgencyKind, TeamKind
from breakwater.referrals.models import Referral
from breakwater.referrals.rules import Rating
from breakwater.referrals.triage.enquiries import rate
from breakwater.sharing import answers
from breakwater.sharing.requests.after import note_call, withdraw
from breakwater.sharing.requests.models import Request
from breakwater.sharing.requests.panel import panel
from breakwater.sharing.requests.rules import Call
from breakwater.sharing.rules import Handling, Reply, Standing
from tests.builders import a_person, amelia, received
from tests.sharing.asking import a_partner, an_agreement, asked, child_of, team_of
from tests.sharing.requests.filled_in import fields_of, teams_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
TYPED = "Who collects her & <when>?"


def client_of(actor: Actor, signed_in: SignIn) -> Client:
    return signed_in(User.objects.get(pk=actor.user_id))


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


def a_school_child() -> str:
    return received(amelia(school="St Aldhelm's Primary School")).reference


def test_two_presses_ask_the_usual_partners(triage: Actor, signed_in: SignIn) -> None:
    school = a_partner()
    surgery = a_partner("Harbour Road Surgery", AgencyKind.HEALTH, "Dr Lee")
    an_agreement(triage.agency_id, school.agency_id, surgery.agency_id)
    client, reference = client_of(triage, signed_in), a_school_child()
    page = client.get(f"/referrals/{reference}/ask")
    shown = text_of(page)
    assert page.status_code == 200
    assert "Send to 2 partners" in shown
    for leaves in ("Name: Amelia Hartley", "Birth date: 14 May 2017", "NHS number: 9990000018",
                   "How often has the child been absent", "Agreement 1"):  # fmt: skip
        assert leaves in shown
    sent = client.post(f"/referrals/{reference}/ask", fields_of(page))
    assert sent.status_code == 302
    assert set(Request.objects.values_list("team__name", "standing")) == {
        ("St Aldhelm's Primary School", Standing.ASKED),
        ("Harbour Road Surgery", Standing.ASKED),
    }


def test_a_school_of_another_child_is_not_ticked(triage: Actor, signed_in: SignIn) -> None:
    a_partner("Hill Road School")
    page = client_of(triage, signed_in).get(f"/referrals/{a_school_child()}/ask")
    assert teams_of(page) == []
    assert "Choose some above" in text_of(page)


def test_other_partners_may_be_chosen_and_whom_it_is_about(
    triage: Actor, signed_in: SignIn
) -> None:
    hill = a_partner("Hill Road School")
    brother = a_person(role="sibling", given="Noah", family="Hartley", born="2019-01-02")
    reference = received(amelia(), brother).reference
    client = client_of(triage, signed_in)
    team, noah = team_of(hill).pk, child_of(reference) + 1
    page = client.get(f"/referrals/{reference}/ask?team={team}&about={noah}")
    assert teams_of(page) == [team]
    assert "Name: Noah Hartley" in text_of(page)


@pytest.mark.parametrize("nonsense", ["team=x", "team=999999", "about=-1", "team=" + "9" * 40])
def test_nonsense_in_the_address_chooses_nobody(
    triage: Actor, signed_in: SignIn, nonsense: str
) -> None:
    a_partner()
    page = client_of(triage, signed_in).get(f"/referrals/{a_school_child()}/ask?{nonsense}")
    assert page.status_code == 200


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    triage: Actor, signed_in: SignIn
) -> None:
    school = a_partner()
    an_agreement(triage.agency_id, school.agency_id)
    client, reference = client_of(triage, signed_in), a_school_child()
    team = team_of(school).pk
    given = fields_of(client.get(f"/referrals/{reference}/ask"))
    given |= {"necessity": "", "consent": "not asked", "not_sought": "", f"own-{team}": TYPED,
              f"tell-{team}": [], "bases": ["ART6E"]}  # fmt: skip
    page = client.post(f"/referrals/{reference}/ask", given)
    assert page.status_code == 422
    shown = text_of(page)
    assert "Enter why it is needed" in shown
    assert html.escape(TYPED, quote=False) in page.content.decode()
    given |= {"necessity": "Needed."}
    shown = text_of(client.post(f"/referrals/{reference}/ask", given))
    for said in ("Enter why they were not asked", "Choose a condition of UK GDPR Article 9",
                 "Choose what they are told"):  # fmt: skip
        assert said in shown
    assert not Request.objects.exists()


def test_questions_are_reworded_left_out_and_added(triage: Actor, signed_in: SignIn) -> None:
    school = a_partner()
    an_agreement(triage.agency_id, school.agency_id)
    client, reference = client_of(triage, signed_in), a_school_child()
    team = team_of(school).pk
    given = fields_of(client.get(f"/referrals/{reference}/ask"))
    given |= {f"ask-{team}": ["attendance"], f"text-{team}-attendance": "Was she at school today?",
              f"own-{team}": TYPED}  # fmt: skip
    assert client.post(f"/referrals/{reference}/ask", given).status_code == 302
    page = client.get(f"/requests/{Request.objects.get().reference}")
    assert "Was she at school today?" in text_of(page)
    assert TYPED in text_of(page)
    assert "behaviour, mood" not in text_of(page)


def test_without_an_agreement_the_reason_is_asked_for(triage: Actor, signed_in: SignIn) -> None:
    a_partner()
    client, reference = client_of(triage, signed_in), a_school_child()
    page = client.get(f"/referrals/{reference}/ask")
    assert "No agreement covers this." in text_of(page)
    assert "Ask for a signature" in text_of(page)
    refused = client.post(f"/referrals/{reference}/ask", fields_of(page))
    assert "Enter why you ask without an agreement" in text_of(refused)
    given = fields_of(page) | {"without_agreement": "The school is new."}
    client.post(f"/referrals/{reference}/ask", given)
    assert Request.objects.get().standing == Standing.TO_SIGN


def test_who_was_asked_already_is_said_and_not_ticked(triage: Actor, signed_in: SignIn) -> None:
    school, reference = a_partner(), a_school_child()
    asked(triage, school, reference=reference)
    client = client_of(triage, signed_in)
    assert teams_of(client.get(f"/referrals/{reference}/ask")) == []
    page = client.get(f"/referrals/{reference}/ask?team={team_of(school).pk}")
    assert "Asked already: waits for an answer" in text_of(page)
    again = client.post(f"/referrals/{reference}/ask", fields_of(page))
    assert "was asked all this already" in text_of(again)


def test_rated_blue_nothing_can_be_asked(triage: Actor, signed_in: SignIn) -> None:
    a_partner()
    reference = a_school_child()
    version = Referral.objects.get(reference=reference).version
    rate(triage, reference, Rating.BLUE, "For information.", version=version)
    shown = text_of(client_of(triage, signed_in).get(f"/referrals/{reference}/ask"))
    assert "rated blue: nothing is asked of partners" in shown
    assert "Send to" not in shown


def test_a_referral_that_names_nobody_has_nobody_to_ask_about(
    triage: Actor, signed_in: SignIn
) -> None:
    a_partner()
    reference = received(people=[]).reference
    page = client_of(triage, signed_in).get(f"/referrals/{reference}/ask")
    assert "there is nobody to ask about" in text_of(page)
    assert client_of(triage, signed_in).post(f"/referrals/{reference}/ask", {}).status_code == 422


def test_who_may_not_see_the_case_finds_no_page(
    triage: Actor, staff: Callable[..., User], signed_in: SignIn
) -> None:
    request = asked(triage, agreed=False)
    client = signed_in(staff("Nia Brown", TeamKind.EARLY_HELP))
    for path in ("", "/sign", "/withdraw", "/call"):
        for reference in (request.reference, "RQ-AAAA-BBBB-CCCC"):
            assert client.get(f"/requests/{reference}{path}").status_code == 404
    for reference in (request.referral.reference, "BW-0000-0000-0000"):
        assert client.get(f"/referrals/{reference}/ask").status_code == 404


def test_a_partner_is_no_asker(triage: Actor, signed_in: SignIn) -> None:
    school = a_partner()
    request = asked(triage, school)
    client = client_of(school, signed_in)
    assert client.get(f"/referrals/{request.referral.reference}/ask").status_code == 404
    assert client.get(f"/requests/{request.reference}").status_code == 404
    assert client.get("/requests/to-sign").status_code == 404


def test_a_supervisor_signs_from_the_list(
    triage: Actor, supervisor: Actor, signed_in: SignIn
) -> None:
    request = asked(triage, agreed=False, without_agreement="The school is new.")
    client = client_of(supervisor, signed_in)
    shown = text_of(client.get("/requests/to-sign"))
    assert "The school is new." in shown
    assert "Amelia Hartley" in shown
    page = client.get(f"/requests/{request.reference}/sign")
    assert "What they would be told" in text_of(page)
    wrong = client.post(f"/requests/{request.reference}/sign", {"ruling": "sign", "reason": ""})
    assert wrong.status_code == 422
    given = {"ruling": "sign", "reason": "The child may be at risk."}
    client.post(f"/requests/{request.reference}/sign", given)
    request.refresh_from_db()
    assert request.standing == Standing.ASKED
    assert "Nothing waits for your signature" in text_of(client.get("/requests/to-sign"))


def test_a_supervisor_may_say_no(triage: Actor, supervisor: Actor, signed_in: SignIn) -> None:
    request = asked(triage, agreed=False)
    client = client_of(supervisor, signed_in)
    given = {"ruling": "refuse", "reason": "Ask the family first."}
    client.post(f"/requests/{request.reference}/sign", given)
    request.refresh_from_db()
    assert request.standing == Standing.NOT_SIGNED
    assert "Ask the family first." in text_of(client.get(f"/requests/{request.reference}"))


def test_whoever_asked_sees_no_way_to_sign(supervisor: Actor, signed_in: SignIn) -> None:
    request = asked(supervisor, agreed=False)
    client = client_of(supervisor, signed_in)
    assert "Sign, or do not sign" not in text_of(client.get(f"/requests/{request.reference}"))
    assert client.get(f"/requests/{request.reference}/sign").status_code == 302
    given = {"ruling": "sign", "reason": "I need it."}
    refused = client.post(f"/requests/{request.reference}/sign", given)
    assert "Somebody else signs what you asked for" in text_of(refused)


def test_a_call_is_noted_on_its_page(triage: Actor, signed_in: SignIn) -> None:
    request = asked(triage)
    client = client_of(triage, signed_in)
    path = f"/requests/{request.reference}/call"
    assert client.get(path).status_code == 200
    wrong = client.post(path, {"said": "Seen last week.", "by": ""})
    assert "Enter who said it" in text_of(wrong)
    assert "Seen last week." in text_of(wrong)
    client.post(path, {"said": "Seen last week.", "by": "Ms Roe", "handling": ["police eyes only"]})
    assert not request.answers.exists()
    client.post(path, {"said": "Seen last week.", "by": "Ms Roe"})
    shown = text_of(client.get(f"/requests/{request.reference}"))
    assert "Answered: Ms Roe, on the phone with Priya Hill" in shown
    assert "Seen last week." in shown


def test_what_is_withdrawn_says_why(triage: Actor, signed_in: SignIn) -> None:
    request = asked(triage)
    client = client_of(triage, signed_in)
    path = f"/requests/{request.reference}/withdraw"
    assert client.get(path).status_code == 200
    assert client.post(path, {"reason": ""}).status_code == 422
    client.post(path, {"reason": "The family moved away."})
    assert "The family moved away." in text_of(client.get(f"/requests/{request.reference}"))
    assert client.get(path).status_code == 302
    assert client.get(f"/requests/{request.reference}/call").status_code == 302


def test_the_page_of_the_referral_shows_who_was_asked_and_what_they_say(
    triage: Actor, signed_in: SignIn
) -> None:
    request = asked(triage)
    note_call(triage, request.reference, Call("Seen last week.", "Ms Roe",
              handling=(Handling.NOT_FAMILY,)))  # fmt: skip
    page = client_of(triage, signed_in).get(f"/referrals/{request.referral.reference}")
    shown = text_of(page)
    for said in ("What partners say", "Ask partners", "St Aldhelm's Primary School",
                 "Seen last week.", "Do not tell the family"):  # fmt: skip
        assert said in shown


def test_late_ones_come_first_and_are_called_late(
    triage: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = asked(triage)
    reference = school.referral.reference
    surgery = a_partner("Harbour Road Surgery", AgencyKind.HEALTH, "Dr Lee")
    asked(triage, surgery, reference=reference)
    housing = a_partner("Harbour Homes", AgencyKind.HOUSING, "Ms Roe")
    third = asked(triage, housing, reference=reference)
    withdraw(triage, third.reference, "Not needed.")
    Request.objects.filter(pk=school.pk).update(due_at="2026-01-01T09:00Z")
    shown = panel(triage, school.case_id, reference)
    assert [row["team"] for row in shown["rows"]] == [
        "St Aldhelm's Primary School",
        "Harbour Road Surgery",
        "Harbour Homes",
    ]
    assert shown["rows"][0]["tags"][0]["text"].startswith("Late: missed by")
    assert shown["rows"][0]["ring"] == "Ring St Aldhelm's Primary School: 01632 960200"
    assert shown["awaited"] == "2 partners still to answer, 1 of them late"


def test_a_team_without_a_mailbox_is_said_so(triage: Actor) -> None:
    request = asked(triage, a_partner(mailbox=""))
    (row,) = panel(triage, request.case_id, "")["rows"]
    assert "no e-mail was sent. Ring St Aldhelm's" in row["warning"]


def test_an_answer_to_each_question_stands_beside_it(triage: Actor) -> None:
    school = a_partner()
    request = asked(triage, school)
    said = answers.Words(answers=("Often.", "Quiet.", "", "Her aunt."), documents=(), names=())
    answers.write(request, Reply.ANSWER, said, by=school.person, at=request.asked_at)
    (row,) = panel(triage, request.case_id, "")["rows"]
    (answer,) = row["answers"]
    assert answer["head"].startswith("Answered: Helen Marsh, ")
    assert [text for _, text in answer["said"]] == ["Often.", "Quiet.", "Her aunt."]
    assert answer["said"][2][0].startswith("Who brings and collects")


def test_the_panel_costs_six_statements_whatever_was_asked(
    triage: Actor, django_assert_num_queries: Any
) -> None:
    request = asked(triage)
    note_call(triage, request.reference, Call("Seen.", "Ms Roe"))
    with django_assert_num_queries(6):
        panel(triage, request.case_id, "")


def test_an_alert_leads_to_the_request(triage: Actor, supervisor: Actor, signed_in: SignIn) -> None:
    request = asked(triage, agreed=False)
    shown = text_of(client_of(supervisor, signed_in).get("/alerts"))
    assert f"/requests/{request.reference}" in shown


def test_the_team_that_is_asked_goes_to_its_own_page(triage: Actor, signed_in: SignIn) -> None:
    school = a_partner()
    request = asked(triage, school)
    assert f"/asked/{request.reference}" in text_of(client_of(school, signed_in).get("/alerts"))
