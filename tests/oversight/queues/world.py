"""A small hub in which everything that can be done with a referral is done by those who may."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from breakwater.access import actions as access
from breakwater.access.models import Agency, Case, Exclusion, Membership, Team, User
from breakwater.access.policy import Role, Verb
from breakwater.access.queries import actor_for, may_see
from breakwater.access.rules import Actor, Conflict, NotAllowed, Relation, TeamKind
from breakwater.oversight.queues.queries import queues
from breakwater.referrals import moves
from breakwater.referrals.board.queries import waiting
from breakwater.referrals.models import Item, Referral
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.referrals.routing import actions as routing
from breakwater.referrals.rules import ENDS, Action, Level, Outcome, Rating, subject_of
from breakwater.referrals.triage import actions as triage
from breakwater.referrals.triage import enquiries
from tests.builders import amelia, decided, no_feedback, received
from tests.cases import granted

ZOE = amelia(given="Zoe", born="2015-01-09", nhs_number="9990000026", postcode="PR2 7QX")
CHILDREN = (amelia(), ZOE)
WHY = "As weighed."
PEOPLE = (
    ("Priya Hill", TeamKind.TRIAGE, Role.TRIAGE_WORKER),
    ("Ian Okafor", TeamKind.TRIAGE, Role.TRIAGE_SUPERVISOR),
    ("Ana Reyes", TeamKind.CAIT, Role.PRACTITIONER),
    ("Tom Ward", TeamKind.CAIT, Role.TEAM_SUPERVISOR),
    ("Sue Lowe", TeamKind.SOCIAL_CARE, Role.TEAM_SUPERVISOR),
)
Deed = Callable[[Actor, Referral], object]


class World:
    def __init__(self) -> None:
        council = Agency.objects.create(name="Wessex Council", kind="social_care")
        self.teams: dict[TeamKind, Team] = {}
        for kind in (TeamKind.TRIAGE, TeamKind.CAIT, TeamKind.SOCIAL_CARE, TeamKind.EARLY_HELP):
            there = Team.objects.filter(kind=kind).first()
            self.teams[kind] = there or Team.objects.create(
                agency=council, kind=kind, name=f"Team {kind}"
            )
        self.people = [self._employ(council, *person) for person in PEOPLE]
        # Sees the queues, and is on no team that anything of these is for.
        self.manager = self._employ(council, "Ruth Kerr", TeamKind.EARLY_HELP, Role.HUB_MANAGER)

    def _employ(self, agency: Agency, name: str, kind: TeamKind, role: Role) -> User:
        user = User(username=name.lower().replace(" ", "."), name=name, agency=agency)
        user.set_unusable_password()
        user.save()
        Membership.objects.create(user=user, team=self.teams[kind], role=role)
        return user

    # -- what can happen ---------------------------------------------------------------------------

    def receive(self, child: int = 0, danger: bool = False) -> Referral:
        """The same children come in again: a worker may have their case already."""
        told = received(CHILDREN[child], concern={"immediate_danger": danger}, **no_feedback())
        return Referral.objects.get(reference=told.reference)

    def restrict(self, referral: Referral, guard: int = 1) -> None:
        case = referral.case_id
        if not Case.objects.filter(pk=case, restricted=True).exists():
            Case.objects.filter(pk=case).update(restricted=True)
            granted(case, Relation.GUARDS, user_id=self.people[guard].pk)

    def shut_out(self, referral: Referral, person: int) -> None:
        Exclusion.objects.get_or_create(
            case_id=referral.case_id, user=self.people[person], why=Conflict.DECLARED
        )

    def leave(self, person: int) -> None:
        Membership.objects.filter(user=self.people[person], ends=None).update(ends=timezone.now())

    def come_back(self, person: int) -> None:
        User.objects.filter(pk=self.people[person].pk).update(is_active=True)
        post = Membership.objects.filter(user=self.people[person]).latest("pk")
        if post.ends:
            post.pk, post.ends = None, None
            post.save(force_insert=True)

    def disable(self, person: int) -> None:
        User.objects.filter(pk=self.people[person].pk).update(is_active=False)

    def hand_over(self, item: Item, to: int | None) -> bool:
        whom = None if to is None else self.people[to].pk

        def deed(actor: Actor, _: Referral) -> None:
            routing.hand_over(
                actor, item.pk, to_worker=whom, note="For you.", seen_worker=item.worker_id
            )

        return self.somebody(Verb.CLAIM, item.referral, deed)

    def do(self, action: Action, referral: Referral, *, teams: int = 2) -> bool:
        """Let the first who may do it do it; False: nobody may."""
        reference, version = referral.reference, referral.version
        both = [self.teams[kind].pk for kind in (TeamKind.CAIT, TeamKind.SOCIAL_CARE)][:teams]
        decisions = {
            Action.DECIDE_AND_ROUTE: decided(Level.ACUTE, *both),
            Action.DECIDE_NO_ACTION: decided(Level.UNIVERSAL),
            Action.DECIDE_OTHER_AREA: decided(
                Level.COMPLEX, outcome=Outcome.OTHER_AREA, area="Mercia"
            ),
        }
        settled = {Action.KEEP: True, Action.RETURN: False, Action.LEAVE: False}

        def deed(actor: Actor, held: Referral) -> None:
            if action in decisions:
                triage.decide(actor, reference, decisions[action], version=version)
            elif action in settled:
                routing.settle(actor, reference, keep=settled[action], reason=WHY)
            elif action is Action.RATE:
                # The same once more would only give partners their time once more.
                amber = held.rated_set.filter(rating=Rating.AMBER).exists()
                rating = Rating.GREEN if amber else Rating.AMBER
                enquiries.rate(actor, reference, rating, WHY, version=version)
            elif action is Action.SCREEN:
                enquiries.screen(actor, reference, {}, version=version)
            elif action is Action.ASK_MORE:
                enquiries.wait_for_more(actor, reference, WHY, version=version)
            elif action is Action.GO_ON:
                enquiries.go_on(actor, reference, version=version)
            elif action is Action.CONFIRM_MOVE:
                triage.confirm_move(actor, reference, version=version)
            elif action is Action.TAKE_ON:
                routing.take_on(actor, reference)
            elif action is Action.REFUSE:
                routing.refuse(actor, reference, WHY)
            elif action is Action.TAKE_BACK:
                routing.take_back(actor, reference)
            elif action is Action.DECIDE_AGAIN:
                _open_again(actor, held)
            else:
                raise AssertionError(f"nobody here knows how to {action}")

        verb = {
            **dict.fromkeys((Action.TAKE_ON, Action.REFUSE), Verb.TAKE_ON),
            **dict.fromkeys(settled, Verb.SETTLE_REFUSAL),
            Action.TAKE_BACK: Verb.CLAIM,
            Action.DECIDE_AGAIN: Verb.RULE_ON_CHALLENGE,
        }.get(action, Verb.DECIDE)
        return self.somebody(verb, referral, deed)

    def somebody(self, verb: Verb, referral: Referral, deed: Deed) -> bool:
        for actor in self.at_work():
            if verb in actor.verbs:
                with suppress(NotAllowed, Overtaken, WrongInput):
                    deed(actor, referral)
                    return True
        return False

    # -- what must hold ----------------------------------------------------------------------------

    def at_work(self) -> list[Actor]:
        there = User.objects.filter(is_active=True).order_by("pk")
        return [actor for actor in map(actor_for, there) if actor.team_ids]

    def check(self) -> None:
        """Each open item is on the board of somebody who may open it, or counted for the manager.

        The page's own count must be neither more nor less than what is on nobody's board.
        """
        open_to: set[int] = set()
        for actor in self.at_work():
            if Verb.SEE_BOARD not in actor.verbs:
                continue
            places = waiting(actor, {}, 1)
            assert places.pages == 1
            seen = may_see(actor, {case for _, case in places.places})
            open_to |= {item for item, case in places.places if case in seen}
        items = dict(Item.objects.filter(done_at=None).values_list("pk", "referral_id"))
        unseen = items.keys() - open_to
        found = queues(actor_for(self.manager), timezone.now() + timedelta(seconds=1))
        (nobody,) = [f.counted for f in found if f.counted.queue == "nobody"]
        assert nobody.number == len(unseen), f"{nobody.number} counted, {unseen} unseen"
        still_open = set(Referral.objects.exclude(state__in=ENDS).values_list("pk", flat=True))
        assert still_open <= set(items.values()), "an open referral waits nowhere"
        with connection.cursor() as cursor:
            # What the database would say at the commit.
            cursor.execute("set constraints all immediate; set constraints all deferred")


def _open_again(actor: Actor, referral: Referral) -> None:
    """As for a challenge that is upheld."""
    with access.acting(
        actor,
        Verb.RULE_ON_CHALLENGE,
        case_id=referral.case_id,
        subject=subject_of(referral.pk),
    ):
        held = moves.held(referral.pk)
        triage.open_again(held, actor, timezone.now())
        moves.save(held)
