"""Where the worker finds this room's jobs."""

from breakwater.access.alerts import jobs as alerts
from breakwater.access.glass import jobs as glass

__all__ = ["alerts", "glass"]
