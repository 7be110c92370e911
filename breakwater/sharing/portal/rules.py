"""What a partner may say to a request, and what cannot stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from breakwater.sharing.rules import LONGEST_LINE, LONGEST_TEXT, Handling, Reply

MOST_DOCUMENTS = 5


@dataclass(frozen=True)
class Said:
    """One reply: what counts depends on which it is; answers are by question, empty where left."""

    reply: Reply
    answers: tuple[str, ...] = ()
    reason: str = ""
    phone: str = ""
    handling: tuple[Handling, ...] = ()
    # It speaks of somebody beside the person asked about.
    third_parties: bool = False


@dataclass(frozen=True)
class Upload:
    """A document as it came; `size` is what was sent, where `content` is not all of it."""

    name: str
    content: bytes
    size: int = 0


def check_said(said: Said, questions: int, documents: int = 0) -> list[tuple[str, str]]:
    """Return what is wrong as (field, sentence) pairs; none when it stands."""
    errors = []
    if documents > MOST_DOCUMENTS:
        errors.append(("document", f"Give no more than {MOST_DOCUMENTS} documents at once"))
    if said.reply is Reply.ANSWER:
        return errors + _check_answers(said.answers, questions, documents)
    if documents:
        errors.append(("document", "A document goes with an answer: answer a question instead"))
    if said.reply is Reply.DECLINE:
        errors += _check("reason", said.reason, "Reason", "why you cannot answer", LONGEST_TEXT)
    if said.reply is Reply.PHONE:
        errors += _check("phone", said.phone, "Phone number", "the number to ring", LONGEST_LINE)
    return errors


def _check_answers(answers: Sequence[str], questions: int, documents: int) -> list[tuple[str, str]]:
    if len(answers) > questions:
        return [("answers", f"There are {questions} questions: answer those")]
    if not documents and not any(text.strip() for text in answers):
        return [("answer_0", "Answer at least one question, or add a document")]
    return [
        (f"answer_{place}", f"Answer {place + 1} must be {LONGEST_TEXT:,} characters or fewer")
        for place, text in enumerate(answers)
        if len(text) > LONGEST_TEXT
    ]


def _check(field: str, text: str, name: str, noun: str, most: int) -> list[tuple[str, str]]:
    if not text.strip():
        return [(field, f"Enter {noun}")]
    if len(text) > most:
        return [(field, f"{name} must be {most:,} characters or fewer")]
    return []


# Words that nearly always mean that an answer speaks of somebody else than the child.
OTHERS = frozenset(
    {
        *("mother", "mum", "mummy", "father", "dad", "daddy", "parent", "parents", "stepfather"),
        *("stepmother", "partner", "boyfriend", "girlfriend", "brother", "brothers", "sister"),
        *("sisters", "sibling", "siblings", "aunt", "auntie", "uncle", "grandmother", "nan"),
        *("grandfather", "gran", "granddad", "grandparents", "cousin", "neighbour", "neighbours"),
        *("carer", "friend", "friends", "mr", "mrs", "ms"),
    }
)


def speaks_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the words in these texts by which they seem to speak of somebody besides the child.

    A help to whoever forgot to say so, no more: names alone are not seen.
    """
    words = (word for text in texts for word in re.findall(r"[a-z]+", text.casefold()))
    return tuple(dict.fromkeys(word for word in words if word in OTHERS))
