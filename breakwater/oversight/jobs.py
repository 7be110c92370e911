"""The jobs of the folders below are found here."""

from breakwater.oversight.queues import jobs as queues

__all__ = ["queues"]
