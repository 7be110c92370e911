"""The jobs of the folders below are found here."""

from breakwater.sharing.requests import jobs as requests
from breakwater.sharing.requests import mailing

__all__ = ["mailing", "requests"]
