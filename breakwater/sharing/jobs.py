"""The jobs of the folders below are found here."""

from breakwater.sharing.agreements import jobs as agreements
from breakwater.sharing.disclosures import jobs as disclosures
from breakwater.sharing.requests import jobs as requests
from breakwater.sharing.requests import mailing

__all__ = ["agreements", "disclosures", "mailing", "requests"]
