"""Rows that are never changed: a migration operation that makes the database refuse it."""

from django.db import migrations

CREATE_FUNCTION = """
create function refuse_change() returns trigger language plpgsql as $$ begin
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
