"""Where a PostgreSQL comes from when nobody named one: demo, development and tests.

What happens here: a private PostgreSQL is found, initialised, started, stopped and thrown away.
Words: binaries (the programs), cluster (one server with its data), folder (what the caller names),
home (where the files really are: the folder, or a private place when the server may not go there).
Doors in: `Cluster`, `running`, `find_binaries`. Door out: `Cluster.url`, a libpq URL.
Production does not come here: it sets DATABASE_URL. Nothing else knows which binaries run.
"""

from breakwater.site.postgres.accounts import PostgresError
from breakwater.site.postgres.binaries import find_binaries
from breakwater.site.postgres.cluster import Cluster, running

__all__ = ["Cluster", "PostgresError", "find_binaries", "running"]
