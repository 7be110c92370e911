"""The jobs of the folders below are found here."""

from breakwater.sharing.agreements import jobs as agreements

__all__ = ["agreements"]
