"""The tables of this room's smaller rooms."""

from breakwater.sharing.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementReview,
    AgreementVersion,
)
from breakwater.sharing.disclosures.models import Disclosure, Field, Withheld
from breakwater.sharing.discovery.models import Bucket, Generation, Holding, Node, Part, Query
from breakwater.sharing.portal.models import Draft, DraftDocument
from breakwater.sharing.requests.models import Answer, Override, Reminder, Request

__all__ = [
    "Agreement",
    "AgreementParty",
    "AgreementReview",
    "AgreementVersion",
    "Answer",
    "Bucket",
    "Disclosure",
    "Draft",
    "DraftDocument",
    "Field",
    "Generation",
    "Holding",
    "Node",
    "Override",
    "Part",
    "Query",
    "Reminder",
    "Request",
    "Withheld",
]
