"""What may be asked and shared, why, on which basis, and how it is handled where it goes.

The bases are from domain facts marked as general knowledge: to be checked with a data-protection
officer. They are words and sources here, so that an agreement names them and a page shows them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from breakwater.access.rules import AgencyKind, NotAllowed

LONGEST_TEXT = 5_000
LONGEST_LINE = 300


class InfoKind(StrEnum):
    """Kinds of information that agreements speak of."""

    IDENTITY = "who somebody is: name, birth date, address, numbers"
    HOUSEHOLD = "who lives with whom, and family"
    SCHOOL = "attendance, behaviour and safeguarding records of a school"
    HEALTH = "contacts with health services"
    HOUSING = "tenancy and housing"
    OFFENDING = "convictions, allegations and bail"
    PROBATION = "supervision by probation"
    DOMESTIC_ABUSE = "domestic abuse in the home"
    MISSING = "missing episodes"
    SOCIAL_CARE = "social care involvement"
    SUBSTANCES = "drug and alcohol services"
    MENTAL_HEALTH = "mental health services"
    WORRY = "the worry itself and what was decided"


class Purpose(StrEnum):
    """What information is asked or shared for."""

    ENQUIRIES = "deciding what a child needs"
    PROTECTION = "protecting a child from significant harm"
    INVESTIGATION = "investigating a crime against a child"
    PLAN = "carrying out a plan for a child"
    EARLY_HELP = "early help for a family"


class Basis(StrEnum):
    """Codes of lawful bases and duties; words and sources are in BASES."""

    ART6C = "ART6C"
    ART6D = "ART6D"
    ART6E = "ART6E"
    ART9C = "ART9C"
    ART9G = "ART9G"
    PARA18 = "PARA18"
    PART3 = "PART3"
    SCH8_4 = "SCH8_4"
    S17 = "S17"
    S47 = "S47"
    S10 = "S10"
    S11 = "S11"
    S16LA = "S16LA"


@dataclass(frozen=True)
class BasisFacts:
    words: str
    source: str
    # Checked against the text of the law, or general knowledge that a lawyer must check.
    checked: bool = False
    # Only competent authorities may use it.
    police_only: bool = False


BASES: dict[Basis, BasisFacts] = {
    Basis.ART6C: BasisFacts("The law requires it", "UK GDPR Article 6(1)(c)"),
    Basis.ART6D: BasisFacts("Somebody's life is at risk", "UK GDPR Article 6(1)(d)"),
    Basis.ART6E: BasisFacts("A public task laid down in law", "UK GDPR Article 6(1)(e)"),
    Basis.ART9C: BasisFacts(
        "Vital interests of somebody who cannot consent", "UK GDPR Article 9(2)(c)"
    ),
    Basis.ART9G: BasisFacts("Substantial public interest", "UK GDPR Article 9(2)(g)"),
    Basis.PARA18: BasisFacts(
        "Safeguarding of children and of individuals at risk",
        "Data Protection Act 2018, Schedule 1, paragraph 18",
    ),
    Basis.PART3: BasisFacts(
        "Law enforcement by a competent authority",
        "Data Protection Act 2018, Part 3",
        police_only=True,
    ),
    Basis.SCH8_4: BasisFacts(
        "Law enforcement: protecting individuals at risk",
        "Data Protection Act 2018, Schedule 8, paragraph 4",
        police_only=True,
    ),
    Basis.S17: BasisFacts("Services for a child in need", "Children Act 1989, section 17"),
    Basis.S47: BasisFacts(
        "Enquiries where a child may suffer significant harm", "Children Act 1989, section 47"
    ),
    Basis.S10: BasisFacts("Working together for children", "Children Act 2004, section 10"),
    Basis.S11: BasisFacts("Duty to safeguard children", "Children Act 2004, section 11"),
    Basis.S16LA: BasisFacts(
        "Duty to share unless sharing harms the child more",
        "Children Act 2004, section 16LA (2026 Act, section 4); whether in force: check",
        checked=True,
    ),
}
ARTICLE_6 = frozenset({Basis.ART6C, Basis.ART6D, Basis.ART6E})
ARTICLE_9 = frozenset({Basis.ART9C, Basis.ART9G})
# Competent authorities: of the kinds of agency that the hub knows, these.
COMPETENT = frozenset({AgencyKind.POLICE, AgencyKind.PROBATION})
# What Article 9 and Schedule 1 protect more than the rest; the worry itself nearly always is.
SPECIAL = frozenset(InfoKind) - {InfoKind.IDENTITY, InfoKind.HOUSEHOLD, InfoKind.HOUSING}


class ConsentAsked(StrEnum):
    """Whether the family was asked. Consent is not the basis: being open with them is the rule."""

    SOUGHT = "asked and agreed"
    NOT_SOUGHT = "not asked"
    OVERRIDDEN = "refused, and shared all the same"


class Handling(StrEnum):
    """How something may be used where it goes; it travels with what was shared."""

    NOT_FAMILY = "do not tell the family"
    POLICE_ONLY = "police eyes only"
    NO_ONWARD = "do not pass on without asking us"
    NO_RECORD = "do not copy into other records"


class Standing(StrEnum):
    """Where a request stands."""

    TO_SIGN = "waits for a signature"
    ASKED = "waits for an answer"
    BY_PHONE = "to be asked by phone"
    ANSWERED = "answered"
    NOTHING_KNOWN = "nothing known"
    DECLINED = "declined"
    NOT_SIGNED = "not signed"
    WITHDRAWN = "withdrawn"


class Reply(StrEnum):
    """What a partner says to a request."""

    ANSWER = "answer"
    NOTHING_KNOWN = "nothing known"
    DECLINE = "decline"
    PHONE = "ask me by phone"


class Deed(StrEnum):
    SIGN = "sign"
    REFUSE_TO_SIGN = "refuse to sign"
    ANSWER = "answer"
    SAY_NOTHING_KNOWN = "say that nothing is known"
    DECLINE = "decline"
    ASK_FOR_A_CALL = "ask for a call"
    NOTE_CALL = "note what was said on the phone"
    WITHDRAW = "withdraw"


# (from, deed, to). An answer may be followed by another: nobody's second thought is lost.
TRANSITIONS: tuple[tuple[Standing, Deed, Standing], ...] = (
    (Standing.TO_SIGN, Deed.SIGN, Standing.ASKED),
    (Standing.TO_SIGN, Deed.REFUSE_TO_SIGN, Standing.NOT_SIGNED),
    (Standing.TO_SIGN, Deed.WITHDRAW, Standing.WITHDRAWN),
    *(
        (start, deed, end)
        for start in (
            Standing.ASKED,
            Standing.BY_PHONE,
            Standing.ANSWERED,
            Standing.NOTHING_KNOWN,
            Standing.DECLINED,
        )
        for deed, end in (
            (Deed.ANSWER, Standing.ANSWERED),
            (Deed.SAY_NOTHING_KNOWN, Standing.NOTHING_KNOWN),
            (Deed.DECLINE, Standing.DECLINED),
            (Deed.ASK_FOR_A_CALL, Standing.BY_PHONE),
            (Deed.NOTE_CALL, Standing.ANSWERED),
        )
    ),
    (Standing.ASKED, Deed.WITHDRAW, Standing.WITHDRAWN),
    (Standing.BY_PHONE, Deed.WITHDRAW, Standing.WITHDRAWN),
)
# An answer with a name and a time; "nothing known" is one.
SETTLED = frozenset({Standing.ANSWERED, Standing.NOTHING_KNOWN, Standing.DECLINED})
AWAITED = frozenset({Standing.ASKED, Standing.BY_PHONE})
# What the team that is asked may open.
SENT = AWAITED | SETTLED
DEED_OF: dict[Reply, Deed] = {
    Reply.ANSWER: Deed.ANSWER,
    Reply.NOTHING_KNOWN: Deed.SAY_NOTHING_KNOWN,
    Reply.DECLINE: Deed.DECLINE,
    Reply.PHONE: Deed.ASK_FOR_A_CALL,
}


class Sent(StrEnum):
    """Where a disclosure stands."""

    TO_SIGN = "waits for a signature"
    SENT = "sent"
    NOT_SIGNED = "not signed"
    RECALLED = "recalled"
    CORRECTED = "corrected by a later version"


# What the receiver may open: of what was recalled or corrected only that it was, and why.
STANDS = frozenset({Sent.SENT})


def subject_of_request(request_id: int) -> str:
    """Return the name by which clocks, alerts and the ledger know a request."""
    return f"request:{request_id}"


def subject_of_disclosure(disclosure_id: int) -> str:
    return f"disclosure:{disclosure_id}"


def next_standing(start: Standing, deed: Deed) -> Standing:
    """Return where a request goes; raise NotAllowed where there is no such way."""
    for before, done, after in TRANSITIONS:
        if (before, done) == (start, deed):
            return after
    raise NotAllowed(f"A request that {_stands(start)} cannot be changed so: {deed}.")


def check_bases(
    bases: Collection[Basis], kinds: Collection[InfoKind], giver: AgencyKind
) -> list[tuple[str, str]]:
    """Return what is wrong with the bases as (field, sentence) pairs; none when they can stand.

    Part 3 is for competent authorities. Else one condition of Article 6 is needed, and for special
    category data one of Article 9, where 9(2)(g) needs paragraph 18 (domain facts, 1.6).
    """
    chosen = set(bases)
    if not chosen:
        return [("bases", "Choose the lawful basis")]
    if any(BASES[basis].police_only for basis in chosen):
        if giver not in COMPETENT:
            return [("bases", "Part 3 is for police and probation: choose another basis")]
        return []
    if not chosen & ARTICLE_6:
        return [("bases", "Choose a condition of UK GDPR Article 6")]
    if set(kinds) & SPECIAL:
        if not chosen & ARTICLE_9:
            return [("bases", "Choose a condition of UK GDPR Article 9: this is special data")]
        if Basis.ART9G in chosen and Basis.PARA18 not in chosen:
            return [("bases", "Article 9(2)(g) needs Schedule 1 paragraph 18 beside it")]
    return []


def check_named(
    bases: Collection[Basis], named: Collection[Basis], agreement: str
) -> list[tuple[str, str]]:
    """Return what is wrong with bases beside those that the agreement covering it names."""
    beside = [BASES[basis].source for basis in Basis if basis in set(bases) - set(named)]
    if not beside:
        return []
    return [("bases", f"“{agreement}” does not name {' or '.join(beside)}: leave it out")]


def check_consent(consent: ConsentAsked | None, reason: str) -> list[tuple[str, str]]:
    """Return what is wrong with what is said of consent; without it a reason is needed."""
    if consent is None:
        return [("consent", "Choose whether the family was asked")]
    if consent is not ConsentAsked.SOUGHT and not reason.strip():
        why = (
            "why they were not asked" if consent is ConsentAsked.NOT_SOUGHT else "why all the same"
        )
        return [("consent_reason", f"Enter {why}")]
    return []


def _stands(standing: Standing) -> str:
    return standing if standing.startswith("waits") else f"is {standing}"
