"""Asking the partners about a child, and keeping the list of their nodes."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.actions import NO_CASE
from breakwater.access.call import value
from breakwater.access.policy import Verb
from breakwater.access.queries import agency_names
from breakwater.access.rules import Actor, NotAllowed
from breakwater.audit.actions import record
from breakwater.people.queries import mentions_of, profiles_of
from breakwater.referrals.queries import place_of
from breakwater.referrals.rules import subject_of
from breakwater.sharing.discovery import queries, rules
from breakwater.sharing.discovery.asking import About, Asked, ask_all
from breakwater.sharing.discovery.models import Holding, Query
from breakwater.sharing.discovery.nodes import NewNode, check_node
from breakwater.sharing.discovery.queries import NodeFacts, NodeLately, PartnersPage
from breakwater.sharing.rules import Purpose

log = structlog.get_logger("breakwater.sharing")

NO_CHILD = "This child is not one of the referral's. Open the referral again."
NO_NODES = "No partner has a node yet: there is nobody whom the hub can ask in this way."
ALL_ANSWERED = "Every partner has answered about this child already."
HOUR = timedelta(hours=1)


class WrongNode(Exception):
    """What was typed of a node cannot stand: `errors` are (field, sentence) pairs."""

    def __init__(self, errors: list[tuple[str, str]]):
        self.errors = errors
        super().__init__("; ".join(sentence for _, sentence in errors))


def ask(
    actor: Actor,
    reference: str,
    mention_id: int,
    purpose: Purpose,
    only: Collection[int] | None = None,
) -> list[Asked]:
    """Ask every partner, or only these nodes, whether they know one child of a referral.

    That it is asked, why and of whom is committed before anything is sent. Whoever cannot be asked
    is said to be so, never not to know. Raise NotAllowed, and TooMany for one who asks too often.
    """
    referral_id, case_id = place_of(reference) or (0, NO_CASE)
    now = timezone.now()
    with access.acting(
        actor, Verb.ASK_PARTNERS, case_id=case_id, subject=subject_of(referral_id)
    ) as act:
        people = mentions_of([referral_id])
        children = {one.id for one in queries.children_of(referral_id)}
        if mention_id not in children:
            raise NotAllowed(NO_CHILD)
        rules.check_rate(value("asked_lately", actor.session, actor.user_id, now - HOUR))
        nodes = queries.nodes(only)
        if not nodes:
            raise NotAllowed(NO_NODES if only is None else ALL_ANSWERED)
        profiles = profiles_of([one.person for one in people], people[0].told_at)
        child = profiles[[one.id for one in people].index(mention_id)]
        query = Query.objects.create(
            case_id=case_id,
            mention_id=mention_id,
            number=uuid.uuid4(),
            purpose=purpose,
            nodes=[node.id for node in nodes],
            asked_by_id=actor.person,
            asked_at=now,
        )
        # The reason is one of a few codes: nothing that somebody typed leaves the hub.
        act.facts = {
            "query": str(query.number),
            "reason": purpose.name.lower(),
            "nodes": [node.id for node in nodes],
        }
        agency = agency_names().get(actor.agency_id or 0, "")
    _give_back_connection()
    answers = ask_all(child, nodes, About(query.number, agency, purpose))
    _keep(actor, query, answers)
    return answers


def ask_again(actor: Actor, reference: str, mention_id: int) -> list[Asked]:
    """Ask those who could not be asked about a child, for the reason given before."""
    referral_id, case_id = place_of(reference) or (0, NO_CASE)
    view = access.look(
        actor,
        case_id,
        subject=subject_of(referral_id),
        purpose="what partners hold",
        verb=Verb.ASK_PARTNERS,
    )
    with view.reading():
        purpose, nodes = queries.again_of(mention_id)
    if not purpose:
        raise NotAllowed(NO_CHILD)
    return ask(actor, reference, mention_id, Purpose(purpose), nodes)


def open_partners(actor: Actor, reference: str) -> PartnersPage:
    """Show what each partner holds of a referral's children. Raise NotAllowed."""
    referral_id, case_id = place_of(reference) or (0, NO_CASE)
    view = access.look(
        actor, case_id, subject=subject_of(referral_id), purpose="what partners hold"
    )
    with view.reading():
        return queries.partners_page(actor, reference, referral_id)


def open_nodes(actor: Actor, now: datetime) -> list[NodeLately]:
    """Show every node and how it answers. Raise NotAllowed."""
    access.check_list(actor, Verb.MANAGE_AGREEMENTS, "nodes")
    return queries.nodes_lately(actor, now)


def add_node(actor: Actor, typed: NewNode) -> int:
    """Add a partner's node by its public keys. Raise WrongNode, NotAllowed."""
    node, errors = check_node(typed, demo=settings.DEMO)
    with access.acting(actor, Verb.MANAGE_AGREEMENTS, subject="nodes") as act:
        if errors:
            raise WrongNode(errors)
        made = value(
            "add_node",
            actor.session,
            actor.user_id,
            node.agency,
            node.name,
            node.address,
            node.identity_key,
            node.voprf_key,
        )
        if not made:
            raise WrongNode([("name", f"A node named {node.name} is asked already")])
        act.subject = f"node:{made}"
        act.facts = {"added": int(made)}
    return int(made)


def end_node(actor: Actor, node_id: int) -> None:
    """Ask a node no more; its index is forgotten. Raise NotAllowed."""
    with access.acting(actor, Verb.MANAGE_AGREEMENTS, subject=f"node:{node_id}") as act:
        if not value("end_node", actor.session, actor.user_id, node_id):
            raise NotAllowed("This node is not asked any more.")
        act.facts = {"ended": node_id}


def _keep(actor: Actor, query: Query, answers: Collection[Asked]) -> None:
    """Write down what came, with an entry of its own that counts and names nobody."""
    now = timezone.now()
    states: dict[str, int] = {}
    with transaction.atomic():
        for one in answers:
            states[one.held.state.value] = states.get(one.held.state.value, 0) + 1
        Holding.objects.bulk_create(
            Holding(
                case_id=query.case_id,
                query_id=query.pk,
                node_id=one.node.id,
                state=one.held.state,
                why=one.held.why or "",
                detail=one.held.detail,
                known_since=one.held.known_since,
                last_contact=one.held.last_contact,
                contact=one.held.contact,
                index_of=one.node.index_of,
                took_ms=one.took_ms,
                answered_at=now,
            )
            for one in answers
        )
        record(
            actor.ledger_name,
            "partners_answered",
            agency_id=actor.agency_id,
            cases=[query.case_id],
            subject=f"query:{query.pk}",
            facts={"query": str(query.number), "states": states},
        )
    # Of a partner's service, never of a child: which answered, how long it took.
    for one in answers:
        log.info(
            "partner asked",
            node=one.node.name,
            failed=one.held.why.name.lower() if one.held.why else "",
            ms=one.took_ms,
        )


def _give_back_connection() -> None:
    """Let others use the connection to the database while partners are waited for."""
    if not connection.in_atomic_block:
        connection.close()


__all__ = ["Asked", "NodeFacts", "add_node", "ask", "ask_again", "end_node", "open_partners"]
