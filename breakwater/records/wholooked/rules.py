"""Every verb of the ledger in plain words: what somebody reads who asks who looked."""

from dataclasses import dataclass
from enum import StrEnum

from breakwater.access.policy import Verb


class Kind(StrEnum):
    OPENED = "opened"
    LISTED = "on a list"
    SEARCHED = "searched and shown"
    ACTED = "acted"
    REFUSED = "refused"
    GLASS = "broken glass"
    ACCESS = "who may see it changed"
    HUB = "the hub by itself"


@dataclass(frozen=True)
class Said:
    kind: Kind
    words: str


# What a reader of one case's history has nothing from: the engine compares everybody, always.
LEFT_OUT = frozenset({"compare"})

WORDS: dict[str, Said] = {
    # What people do: the verbs of access/policy.py.
    "see_board": Said(Kind.LISTED, "saw it on the team's board"),
    "open_case": Said(Kind.OPENED, "opened it"),
    "decide": Said(Kind.ACTED, "decided on it"),
    "take_on": Said(Kind.ACTED, "took on the work, or refused to"),
    "claim": Said(Kind.ACTED, "claimed it or handed it over"),
    "hand_over_all": Said(Kind.ACTED, "handed it over for somebody who was away"),
    "settle_refusal": Said(Kind.ACTED, "settled whether a team may refuse it"),
    "give_feedback": Said(
        Kind.ACTED, "told whoever reported it what was decided, or noted why not"
    ),
    "challenge": Said(Kind.ACTED, "challenged a decision on it, or took that further"),
    "rule_on_challenge": Said(Kind.ACTED, "ruled on a challenged decision"),
    "told_of_clock": Said(Kind.HUB, "told people of the deadline"),
    "asked_after_request": Said(Kind.HUB, "asked a partner after a late answer"),
    "asked_to_confirm": Said(Kind.HUB, "asked a partner to confirm a recall"),
    "see_queues": Said(Kind.LISTED, "counted what waits in the hub"),
    "set_rules": Said(Kind.LISTED, "saw it when rules were tried on past decisions"),
    "submit": Said(Kind.ACTED, "handed in a worry"),
    "compare": Said(Kind.HUB, "compared people"),
    "search_people": Said(Kind.SEARCHED, "searched for a person and was shown it"),
    "review_matches": Said(Kind.ACTED, "said whether two people are one"),
    "attach": Said(Kind.ACTED, "attached a document"),
    "declare_conflict": Said(Kind.ACCESS, "declared a conflict of interest"),
    "restrict": Said(Kind.ACCESS, "changed whether it is restricted, or to whom"),
    "break_glass": Said(Kind.GLASS, "opened it in an emergency without a grant"),
    "agree_glass": Said(Kind.GLASS, "agreed that it is opened in an emergency"),
    "supervise": Said(Kind.OPENED, "reviewed it as supervisor"),
    "see_who_looked": Said(Kind.OPENED, "saw who looked at it"),
    "hand_to_desk": Said(Kind.ACCESS, "handed it to the subject-access desk"),
    "answer_subject_access": Said(Kind.ACTED, "worked on a subject access request"),
    "review_retention": Said(Kind.ACTED, "decided whether it is kept"),
    "ask_partners": Said(Kind.ACTED, "asked a partner about somebody in it"),
    "disclose": Said(Kind.ACTED, "shared something from it, took it back, or noted why not"),
    "sign_override": Said(Kind.ACTED, "ruled on asking or sharing without an agreement"),
    "answer_requests": Said(Kind.OPENED, "opened what their team was asked, to answer it"),
    "confirm_taken_back": Said(
        Kind.ACTED, "confirmed that their team let go of what was taken back"
    ),
    "answer": Said(Kind.ACTED, "answered what their team was asked"),
    "open_paper": Said(Kind.OPENED, "read what their team was asked or told, not the case"),
    "manage_agreements": Said(Kind.HUB, "changed an agreement on sharing"),
    # What the database writes when who may see a case changes.
    "insert_grant": Said(Kind.ACCESS, "somebody was let in by name"),
    "update_grant": Said(Kind.ACCESS, "a grant was changed or ended"),
    "delete_grant": Said(Kind.ACCESS, "a grant was taken away"),
    "insert_exclusion": Said(Kind.ACCESS, "somebody was shut out"),
    "update_exclusion": Said(Kind.ACCESS, "who is shut out was changed"),
    "delete_exclusion": Said(Kind.ACCESS, "somebody is no longer shut out"),
    "insert_membership": Said(Kind.ACCESS, "somebody joined a team"),
    "update_membership": Said(Kind.ACCESS, "somebody's place in a team changed"),
    "delete_membership": Said(Kind.ACCESS, "somebody left a team"),
    "insert_case": Said(Kind.HUB, "the case was opened"),
    "update_case": Said(Kind.ACCESS, "it was closed, opened again or restricted"),
    "delete_case": Said(Kind.ACCESS, "it was erased"),
    # What the hub does by itself, and what is about no case.
    "asked_about_restricted": Said(
        Kind.SEARCHED, "searched for somebody in it, and was shown nothing"
    ),
    "read_glass_reason": Said(Kind.OPENED, "read why it was opened in an emergency"),
    "flag_searches": Said(Kind.HUB, "told a supervisor of repeated searches"),
    "see_alerts": Said(Kind.LISTED, "saw it among their alerts"),
    "clock_warned": Said(Kind.HUB, "a deadline came near"),
    "clock_missed": Said(Kind.HUB, "a deadline was missed"),
    "link_moved": Said(Kind.HUB, "a person in it was linked to another mention"),
    "see_what_is_kept": Said(Kind.LISTED, "saw it on the list of what is kept"),
    "class_for_retention": Said(Kind.HUB, "found how long it is kept"),
    "erasing_listed": Said(Kind.HUB, "listed it for erasing"),
    "erasing_stopped": Said(Kind.HUB, "stopped erasing"),
    "case_erased": Said(Kind.HUB, "erased it"),
    # What an entry of the ledger is called whose own content was lawfully erased.
    "erased": Said(Kind.HUB, "erased what this entry said"),
    "erase": Said(Kind.HUB, "erased what an entry of the ledger said"),
    "export_ledger": Said(Kind.HUB, "exported entries for an inspector"),
    "rotate_keys": Said(Kind.HUB, "wrapped the keys anew"),
    "make_sign_in_link": Said(Kind.ACTED, "made a link to sign in"),
    "reset_factors": Said(Kind.ACTED, "took second factors away, to set up anew"),
    "disable_user": Said(Kind.ACTED, "closed an account"),
    "sign_in": Said(Kind.ACTED, "signed in"),
    "sign_out": Said(Kind.ACTED, "signed out"),
    "session_opened": Said(Kind.ACTED, "began to work"),
    "add_team": Said(Kind.ACTED, "set up a team"),
    "add_user": Said(Kind.ACTED, "set up an account"),
    "demo_begun": Said(Kind.HUB, "began the demo"),
    "demo_made": Said(Kind.HUB, "made the demo"),
}

_SUBJECTS = {
    "question": "a question about two people",
    "identity": "a person's links",
    "mention": "a person in it",
    "receipt": "a repeated worry",
    "grant": "a grant",
    "exclusion": "a conflict of interest",
    "case": "the case",
    "request": "a request to a partner",
    "disclosure": "what was shared with a partner",
}
_ACTORS = {
    "worker": "The hub itself",
    "database": "The hub itself",
    "nobody": "Somebody not signed in",
    "setup": "Set-up",
    "demo": "The demo",
}


def said(verb: str) -> Said:
    """Return a verb in words; of one that nobody put into words, what there is of it."""
    return WORDS.get(verb) or Said(Kind.ACTED, verb.replace("_", " "))


def verbs_of_kind(kind: Kind) -> list[str]:
    return [verb for verb, its in WORDS.items() if its.kind is kind]


def subject_in_words(subject: str, references: dict[int, str]) -> str:
    """Return what of the case it was about: "referral:12" -> its reference."""
    what, _, number = subject.partition(":")
    if what == "referral":
        known = references.get(int(number)) if number.isdecimal() else None
        return f"referral {known}" if known else "a referral"
    return _SUBJECTS.get(what, subject.replace("_", " ") if not number else what)


def purpose_in_words(purpose: str) -> str:
    """Return a purpose as it was given; "to take_on" as the verb says it."""
    verb = Verb.__members__.get(purpose.removeprefix("to ").upper())
    return f"to {verb}" if verb and purpose.startswith("to ") else purpose


def actor_in_words(actor: str) -> str:
    """Return who it was where no person stands behind the name: a door or job of the hub."""
    if actor.startswith("door:"):
        return f"The hub's door for what comes in ({actor.removeprefix('door:')})"
    return _ACTORS.get(actor, "Somebody no longer here" if actor.startswith("user:") else actor)
