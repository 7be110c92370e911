"""Putting tables behind the door: migration operations, and what the application's role may do.

A table is either behind the door (row-level security; its migration says who sees and does what)
or free: all of it is open to web and worker. door.sql holds the door itself.
"""

from pathlib import Path

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper

APP_ROLE = "breakwater_app"
# A row is seen by the transaction that makes it; afterwards only through the door.
MADE_HERE = "made_in = pg_current_xact_id_if_assigned()"
HELD = "case_id = any((select door.held_cases())::bigint[])"


def held_part(part: str, column: str = "id") -> str:
    """Return the condition that a capability opens this row by name, without its case."""
    return f"{column} = any((select door.held_parts('{part}'))::bigint[])"


def sql_file(path: Path) -> migrations.RunSQL:
    """Run a file of functions; `create or replace`, so that a later migration may run it again."""
    return migrations.RunSQL(path.read_text(encoding="utf-8"), migrations.RunSQL.noop)


def made_in(table: str) -> migrations.RunSQL:
    """Let each row know the transaction that made it; nobody says otherwise afterwards."""
    return migrations.RunSQL(
        f"alter table {table} add column made_in xid8 not null default pg_current_xact_id();"
        f"create trigger made_in_stays before update of made_in on {table}"
        " for each row execute function refuse_change();",
        f"drop trigger made_in_stays on {table}; alter table {table} drop column made_in;",
    )


def behind_door(
    table: str, *, seen: str, made: str = MADE_HERE, change: str = ""
) -> migrations.RunSQL:
    """Show rows of `table` where `seen` holds; let them be made and changed where these hold.

    With the usual `made` the table needs the column made_in. Empty: never.
    """
    policies = [f"create policy seen on {table} for select to {APP_ROLE} using ({seen});"]
    grants = ["select"]
    if made:
        policies.append(
            f"create policy made on {table} for insert to {APP_ROLE} with check ({made});"
        )
        grants.append("insert")
    if change:
        policies.append(
            f"create policy changed on {table} for update to {APP_ROLE}"
            f" using ({change}) with check ({change});"
        )
        grants.append("update")
    return migrations.RunSQL(
        f"alter table {table} enable row level security;"
        + "".join(policies)
        + f"grant {', '.join(grants)} on {table} to {APP_ROLE};",
        "".join(f"drop policy {name} on {table};" for name in _names(made, change))
        + f"alter table {table} disable row level security;"
        f" revoke all on {table} from {APP_ROLE};",
    )


def closed(table: str) -> migrations.RunSQL:
    """Show nothing of `table` to the application: only functions of the door read it."""
    return migrations.RunSQL(
        f"alter table {table} enable row level security;",
        f"alter table {table} disable row level security;",
    )


def read_only(table: str) -> migrations.RunSQL:
    """Let the application read `table` and change nothing."""
    return behind_door(table, seen="true", made="")


def let_app_in(connection: BaseDatabaseWrapper) -> None:
    """Open the free tables to the application, and nothing else; run after each migrate."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select format('%I.%I', n.nspname, c.relname) from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'public' and not c.relrowsecurity and c.relkind in ('r', 'p')"
        )
        free = [name for (name,) in cursor.fetchall()]
        cursor.execute(f"grant usage on schema public to {APP_ROLE}")
        if free:
            cursor.execute(
                f"grant select, insert, update, delete on {', '.join(free)} to {APP_ROLE}"
            )
        # What the next migrate goes by must not be the application's to write.
        cursor.execute(f"revoke insert, update, delete on django_migrations from {APP_ROLE}")
        cursor.execute(LOCK_UP.replace("APP_ROLE", APP_ROLE))


# It makes no function, type or table, not even a temporary one: with those it could get code of its
# own run by a function of the owner's. For the same reason pg_temp is searched last, not first.
# A sequence tells how many there are, so it sees only those of tables that it adds to. Of what a
# protected table says no statistics are kept: `explain` would show what the planner knows of it.
LOCK_UP = """
do $$
declare it record;
begin
  revoke create on schema public from public;
  execute format('revoke temporary on database %I from public', current_database());
  revoke all on all functions in schema door from public;
  for it in select p.oid::regprocedure as name from pg_proc p
    where p.pronamespace = 'door'::regnamespace and p.prosecdef
  loop
    execute format('alter function %s set search_path = pg_catalog, public, pg_temp', it.name);
  end loop;
  revoke all on all sequences in schema public from APP_ROLE;
  for it in select s.oid::regclass as name
    from pg_class s join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass
      and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
    where s.relkind = 'S' and s.relnamespace = 'public'::regnamespace
      and has_table_privilege('APP_ROLE', d.refobjid, 'INSERT')
  loop
    execute format('grant usage on sequence %s to APP_ROLE', it.name);
  end loop;
  for it in select distinct a.attrelid::regclass as name, a.attname as part
    from pg_policy p join pg_attribute a on a.attrelid = p.polrelid
    where p.polname = 'seen' and pg_get_expr(p.polqual, p.polrelid) <> 'true'
      and a.attnum > 0 and not a.attisdropped and coalesce(a.attstattarget, -1) <> 0
      and a.atttypid in ('text'::regtype, 'varchar'::regtype, 'date'::regtype, 'jsonb'::regtype,
        'bytea'::regtype, 'timestamptz'::regtype)
      and not exists (select from pg_index i
        where i.indrelid = a.attrelid and a.attnum = any(i.indkey::int2[]))
  loop
    execute format('alter table %s alter column %I set statistics 0', it.name, it.part);
  end loop;
end $$;
"""


def _names(made: str, change: str) -> list[str]:
    return ["seen", *(["made"] if made else []), *(["changed"] if change else [])]
