"""The database login of web and worker: it owns nothing, so that the door holds for it too."""

import hashlib
import secrets

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from breakwater.site.environment import UnsafeSettings

APP_ROLE = "breakwater_app"


def application_url(owner_url: str) -> str:
    """Make a login for web and worker beside the owner's, for demo and tests; return its address.

    Each call gives it a new password. Production makes its own: see docs/operations.md.
    """
    database = conninfo_to_dict(owner_url).get("dbname", "")
    name = f"breakwater_{hashlib.sha256(str(database).encode()).hexdigest()[:12]}"
    password = secrets.token_urlsafe(24)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        made = owner.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone()
        owner.execute(
            sql.SQL("{} role {} login nosuperuser nobypassrls password {}").format(
                sql.SQL("alter" if made else "create"), sql.Identifier(name), sql.Literal(password)
            )
        )
        owner.execute(
            sql.SQL("grant {} to {}").format(sql.Identifier(APP_ROLE), sql.Identifier(name))
        )
        # `breakwater migrate` does this too; a copied or restored database forgot it.
        owner.execute(
            sql.SQL("revoke temporary on database {} from public").format(
                sql.Identifier(str(database))
            )
        )
        # Else one connection of the login reads in pg_stat_activity what another asks with: tokens.
        owner.execute(
            sql.SQL("alter role {} set track_activities = off").format(sql.Identifier(name))
        )
    return make_conninfo(owner_url, user=name, password=password)


def check(url: str) -> None:
    """Raise UnsafeSettings when whoever logs in by this address could walk around the door."""
    with psycopg.connect(url, connect_timeout=10) as session:
        name, above, database = session.execute(ABOVE).fetchone() or ("", True, None)
    if above:
        raise UnsafeSettings(
            [
                f"DATABASE_URL logs in as {name}, which owns the tables or may pass over row-level "
                "security. Web and worker need a login that owns nothing: `create role NAME login "
                f"password '...' in role {APP_ROLE}`; only `breakwater migrate` logs in as the "
                "owner."
            ]
        )
    if database:
        raise UnsafeSettings(
            [
                f"DATABASE_URL logs in as {name}, which may make temporary things in {database}. "
                "`breakwater migrate` takes that right away, or the database's owner: `revoke "
                f'temporary on database "{database}" from public`.'
            ]
        )


# What is above the application, and the database in which it may make temporary things (a restored
# database has that right again).
ABOVE = """
select current_user, r.rolsuper or r.rolbypassrls or exists (
  select from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'door') and c.relkind in ('r', 'p', 'v')
    and pg_has_role(current_user, c.relowner, 'USAGE')),
  case when has_database_privilege(current_database(), 'temporary') then current_database() end
from pg_roles r where r.rolname = current_user
"""
