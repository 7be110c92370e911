"""Rows that are never changed: a migration operation that makes the database refuse it."""

from django.db import migrations

CREATE_FUNCTION = """
create function refuse_change() returns trigger language plpgsql as $$ begin
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'BW001';
end $$;
"""

# door.erase_case says in its transaction which case it erases. It runs as the owner of the tables,
# so what the application's role says of itself lets nothing pass.
BUT_FOR_ERASING = """
create or replace function refuse_change() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' and tg_table_name not like 'ledger%'
    and current_setting('door.erasing', true) <> ''
    and current_user = (
      select pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid)
  then
    return old;
  end if;
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'BW001';
end $$;
"""


def never_deleted(table: str) -> migrations.RunSQL:
    """Refuse delete and truncate on `table`, whose rows may end but stay."""
    return migrations.RunSQL(
        f"""
        create trigger never_deleted before delete on {table}
          for each row execute function refuse_change();
        create trigger never_emptied before truncate on {table}
          for each statement execute function refuse_change();
        """,
        f"drop trigger never_deleted on {table}; drop trigger never_emptied on {table};",
    )


def append_only(table: str) -> migrations.RunSQL:
    """Refuse update, delete and truncate on `table`."""
    return migrations.RunSQL(
        f"""
        create trigger never_changed before update or delete on {table}
          for each row execute function refuse_change();
        create trigger never_emptied before truncate on {table}
          for each statement execute function refuse_change();
        """,
        f"drop trigger never_changed on {table}; drop trigger never_emptied on {table};",
    )
