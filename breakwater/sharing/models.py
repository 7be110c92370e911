"""The tables of this room's smaller rooms."""

from breakwater.sharing.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementReview,
    AgreementVersion,
)
from breakwater.sharing.disclosures.models import Disclosure, Field, Withheld
from breakwater.sharing.requests.models import Answer, Override, Reminder, Request

__all__ = [
    "Agreement",
    "AgreementParty",
    "AgreementReview",
    "AgreementVersion",
    "Answer",
    "Disclosure",
    "Field",
    "Override",
    "Reminder",
    "Request",
    "Withheld",
]
