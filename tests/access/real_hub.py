"""People, cases and sessions on committed rows, and raw SQL as the application's login."""

import hashlib
import itertools
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg

from breakwater.access.models import Agency, Team, TeamKind, User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.referrals.models import Referral
from breakwater.referrals.rules import Level
from breakwater.referrals.triage.actions import decide
from tests.builders import a_person, decided, received

# The tables whose rows are shown case by case, with how a row is found from its case.
OF_A_CASE = {
    "referrals_referral": "case_id = %(case)s",
    "referrals_submission": "id in (select submission_id from referrals_referral r"
    " where r.case_id = %(case)s)",
    "referrals_decision": "referral_id in (select id from referrals_referral r"
    " where r.case_id = %(case)s)",
    "referrals_step": "referral_id in (select id from referrals_referral r"
    " where r.case_id = %(case)s)",
    "referrals_item": "case_id = %(case)s",
    "referrals_handover": "item_id in (select id from referrals_item i where i.case_id = %(case)s)",
    "referrals_refusal": "route_id in (select o.id from referrals_route o"
    " join referrals_referral r on r.id = o.referral_id where r.case_id = %(case)s)",
    "referrals_rated": "referral_id in (select id from referrals_referral r"
    " where r.case_id = %(case)s)",
    "referrals_screened": "referral_id in (select id from referrals_referral r"
    " where r.case_id = %(case)s)",
    "referrals_pause": "referral_id in (select id from referrals_referral r"
    " where r.case_id = %(case)s)",
    "referrals_feedback": "referral_id in (select id from referrals_referral r"
    " where r.case_id = %(case)s)",
    "referrals_challenge": "referral_id in (select id from referrals_referral r"
    " where r.case_id = %(case)s)",
    "referrals_challengestep": "challenge_id in (select c.id from referrals_challenge c"
    " join referrals_referral r on r.id = c.referral_id where r.case_id = %(case)s)",
    "sharing_override": "case_id = %(case)s",
    "sharing_request": "case_id = %(case)s",
    "sharing_answer": "case_id = %(case)s",
    "sharing_reminder": "request_id in (select id from sharing_request q"
    " where q.case_id = %(case)s)",
    "sharing_disclosure": "case_id = %(case)s",
    "sharing_field": "disclosure_id in (select id from sharing_disclosure d"
    " where d.case_id = %(case)s)",
    "sharing_withheld": "case_id = %(case)s",
    "sharing_query": "case_id = %(case)s",
    "sharing_holding": "case_id = %(case)s",
    "people_mention": "case_id = %(case)s",
    "vault_key": "case_id = %(case)s",
    "attachments_document": "case_id = %(case)s",
    "people_link": "mention_id in (select id from people_mention m where m.case_id = %(case)s)",
}
# Rows of other rooms that hang on a case, as their owner makes them.
BESIDE = (
    "insert into attachments_document (file, key_id, name, kind, size, added_by_id, case_id)"
    " select gen_random_uuid(), k.id, 'sealed', 'TEXT', 1, %(user)s, %(case)s"
    " from vault_key k where k.case_id = %(case)s",
    "insert into referrals_handover (item_id, given_by_id, note, given_at)"
    " select i.id, %(user)s, 'sealed', now() from referrals_item i where i.case_id = %(case)s",
    "insert into referrals_route (referral_id, team_id, decision_id, leads, state, routed_at)"
    " select d.referral_id, m.team_id, d.id, true, 'given back', now()"
    " from referrals_decision d join referrals_referral r on r.id = d.referral_id,"
    " access_membership m where r.case_id = %(case)s and m.user_id = %(user)s",
    "insert into referrals_refusal (route_id, reason, refused_by_id, refused_at)"
    " select o.id, 'sealed', %(user)s, now() from referrals_route o"
    " join referrals_referral r on r.id = o.referral_id where r.case_id = %(case)s",
    "insert into referrals_rated (referral_id, rating, reason, rated_by_id, rated_at)"
    " select r.id, 'amber', 'sealed', %(user)s, now() from referrals_referral r"
    " where r.case_id = %(case)s",
    "insert into referrals_screened (referral_id, answers, answered_by_id, answered_at)"
    " select r.id, 'sealed', %(user)s, now() from referrals_referral r"
    " where r.case_id = %(case)s",
    "insert into referrals_pause (referral_id, reason, paused_by_id, paused_at)"
    " select r.id, 'sealed', %(user)s, now() from referrals_referral r"
    " where r.case_id = %(case)s",
    "insert into referrals_feedback"
    " (referral_id, decision_id, way, reason, told_by_id, told_at)"
    " select d.referral_id, d.id, '', 'sealed', %(user)s, now() from referrals_decision d"
    " join referrals_referral r on r.id = d.referral_id where r.case_id = %(case)s",
    "with made as (insert into referrals_challenge"
    " (referral_id, decision_id, entered_by_id, for_another, team_id, standing, entered_at)"
    " select d.referral_id, d.id, %(user)s, false, t.id, 'upheld', now()"
    " from referrals_decision d join referrals_referral r on r.id = d.referral_id"
    " cross join (select min(id) as id from access_team) t"
    " where r.case_id = %(case)s returning id)"
    " insert into referrals_challengestep"
    ' (challenge_id, move, "end", words, taken_by_id, taken_at)'
    " select id, 'challenge the decision', 'upheld', 'sealed', %(user)s, now() from made",
    "insert into sharing_override (case_id, key_id, reason, asked_by_id, asked_at)"
    " values (%(case)s, 1, 'sealed', %(user)s, now())",
    "insert into sharing_request (case_id, referral_id, reference, mention_id, team_id, agency_id,"
    " key_id, words, kinds, purpose, bases, handling, consent, override_id, standing, version,"
    " asked_by_id, asked_at, due_at)"
    " select r.case_id, r.id, gen_random_uuid()::text::varchar(20), 1, m.team_id, t.agency_id, 1,"
    " 'sealed', '{}', 'deciding what a child needs', '{}', '{}', 'not asked', o.id,"
    " 'waits for an answer', 1, %(user)s, now(), now()"
    " from referrals_referral r join sharing_override o on o.case_id = r.case_id,"
    " access_membership m join access_team t on t.id = m.team_id"
    " where r.case_id = %(case)s and m.user_id = %(user)s",
    "insert into sharing_answer (case_id, request_id, reply, words, handling, answered_by_id,"
    " by_phone, answered_at) select q.case_id, q.id, 'nothing known', 'sealed', '{}', %(user)s,"
    " false, now() from sharing_request q where q.case_id = %(case)s",
    "insert into sharing_reminder (request_id, number, made_at)"
    " select q.id, 1, now() from sharing_request q where q.case_id = %(case)s",
    "with made as (insert into sharing_disclosure (case_id, reference, team_id, agency_id,"
    " request_id, version, key_id, words, kinds, purpose, bases, handling, consent, override_id,"
    " standing, keep_until, sent_by_id, sent_at)"
    " select q.case_id, gen_random_uuid()::text::varchar(20), q.team_id, q.agency_id, q.id, 1, 1,"
    " 'sealed', '{}', q.purpose, '{}', '{}', q.consent, q.override_id, 'sent', now(), %(user)s,"
    " now() from sharing_request q where q.case_id = %(case)s returning id)"
    " insert into sharing_field (disclosure_id, place, kind, words, third_party)"
    " select id, 0, 'x', 'sealed', false from made",
    "insert into sharing_withheld (case_id, team_id, key_id, reason, kinds, more_detrimental,"
    " decided_by_id, decided_at) select %(case)s, m.team_id, 1, 'sealed', '{}', true, %(user)s,"
    " now() from access_membership m where m.user_id = %(user)s",
    "insert into sharing_query"
    " (case_id, mention_id, number, purpose, nodes, asked_by_id, asked_at)"
    " values (%(case)s, 1, gen_random_uuid(), 'protecting a child from significant harm', '{1}',"
    " %(user)s, now())",
    "insert into sharing_node (agency_id, name, address, identity_key, voprf_key, added_by_id,"
    " starts) select u.agency_id, 'a-node', 'https://node.example.org', '', '', u.id, now()"
    " from access_user u where u.id = %(user)s on conflict do nothing",
    "insert into sharing_holding (case_id, query_id, node_id, state, why, detail, known_since,"
    " last_contact, contact, took_ms, answered_at)"
    " select q.case_id, q.id, n.id, 'not known', '', '', '', '', '', 1, now()"
    " from sharing_query q cross join (select min(id) as id from sharing_node) n"
    " where q.case_id = %(case)s",
    "insert into access_ruling (what, reason, ruled_at, case_id, ruled_by_id)"
    " values ('restricted the case', 'A test.', now(), %(case)s, %(user)s)",
    "insert into records_subjectaccess (case_id, mention_id, serious_harm, opened_by_id)"
    " select %(case)s, m.id, '', %(user)s from people_mention m where m.case_id = %(case)s",
    "insert into records_subjectaccesschoice"
    " (case_id, item, choice, of_text, chosen_by_id, request_id)"
    " select %(case)s, 'narrative', 'keep', 'hash', %(user)s, s.id"
    " from records_subjectaccess s where s.case_id = %(case)s",
    "insert into records_kept (case_id, closed_on, review_on, free_on, retention_class_id)"
    " select %(case)s, now(), now(), now(), c.id from records_retentionclass c limit 1",
)
_numbers = itertools.count(1)
LOOK = (
    "select capability::text, seen from door.look("
    "%s, null, %s::bigint[], 'open_case', 'open_case', 'a test', 'a test', '{}', true)"
)


@dataclass(frozen=True)
class Somebody:
    id: int
    team: int
    agency: int
    # What their browser holds.
    token: str


@dataclass(frozen=True)
class RealHub:
    owner: psycopg.Connection
    app_url: str

    def somebody(
        self, role: Role = Role.PRACTITIONER, team: int | None = None, may_work: bool = True
    ) -> Somebody:
        """A member of staff, signed in with the second factor."""
        name = str(uuid4())
        if team is None:
            agency = Agency.objects.create(name=name, kind="health")
            team = Team.objects.create(name=name, agency=agency, kind=TeamKind.CAIT).pk
        home = Team.objects.get(pk=team)
        user = User.objects.create(username=name, name=name, agency=home.agency, password="!")
        self.owner.execute(
            "insert into access_membership (user_id, team_id, role) values (%s, %s, %s)",
            [user.pk, team, role],
        )
        return Somebody(user.pk, team, home.agency_id, self.session(user.pk, may_work=may_work))

    def session(self, user: int, *, may_work: bool = True) -> str:
        token = secrets.token_urlsafe(24)
        self.owner.execute(
            "insert into access_session (session_key, session_data, expire_date, idle_until,"
            " user_id, may_work, device) values (%s, '', now() + interval '8 hours',"
            " now() + interval '15 minutes', %s, %s, '')",
            [hashlib.sha256(token.encode()).hexdigest(), user, may_work],
        )
        return token

    def end_session(self, token: str) -> None:
        key = hashlib.sha256(token.encode()).hexdigest()
        self.owner.execute("delete from access_session where session_key = %s", [key])

    def case(self) -> int:
        """A case with a row in each table of OF_A_CASE; nobody but triage may see it."""
        number = next(_numbers)
        child = a_person(
            given=f"Given{uuid4().hex[:8]}", family=f"Family{uuid4().hex[:8]}",
            born=f"20{10 + number % 8}-0{1 + number % 9}-1{number % 9}",
        )  # fmt: skip
        referral = Referral.objects.get(reference=received(child, key=str(uuid4())).reference)
        decider = self.somebody(Role.TRIAGE_WORKER)
        self.grant(referral.case_id, user=decider.id)
        decide(
            actor_for(User.objects.get(pk=decider.id)),
            referral.reference,
            decided(Level.UNIVERSAL, reason="Advice was given."),
            version=1,
        )
        for row in BESIDE:
            self.owner.execute(row, {"case": referral.case_id, "user": decider.id})
        return referral.case_id

    def grant(self, case: int, relation: str = "was given the work", **to: int) -> int:
        ((kind, grantee),) = to.items()
        row = self.owner.execute(
            f"insert into access_grant (case_id, {kind}_id, relation, purpose, lawful_basis,"
            " starts) values (%s, %s, %s, 'a test', 'DPA 2018 Part 3', now()) returning id",
            [case, grantee, relation],
        ).fetchone()
        return _first(row)

    def shut_out(self, case: int, user: int) -> None:
        self.owner.execute(
            "insert into access_exclusion (case_id, user_id, why)"
            " values (%s, %s, 'declared a conflict')",
            [case, user],
        )


def look(session: psycopg.Connection, token: str, *cases: int) -> tuple[str | None, list[int]]:
    """Ask the door by raw SQL, in the transaction of the session or in one of its own."""
    row = session.execute(LOOK, [token, list(cases)]).fetchone()
    assert row is not None
    return row[0], row[1]


def hold(session: psycopg.Connection, *capabilities: str | None) -> None:
    held = ",".join(filter(None, capabilities))
    session.execute("select set_config('door.capabilities', %s, true)", [held])


def shown(session: psycopg.Connection, case: int) -> dict[str, int]:
    """How many rows of the case each table shows to whoever asks."""
    return {
        table: _first(
            session.execute(
                f"select count(*) from {table} where {where}", {"case": case}
            ).fetchone()
        )
        for table, where in OF_A_CASE.items()
    }


def opened(session: psycopg.Connection, case: int, *capabilities: str | None) -> dict[str, int]:
    """shown(), in a transaction that holds the capabilities."""
    with session.transaction():
        hold(session, *capabilities)
        return shown(session, case)


def _first(row: tuple[Any, ...] | None) -> int:
    assert row is not None
    return int(row[0])
