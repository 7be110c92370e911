"""The door to cases in the database, and the tables that decide, which only it reads."""

from pathlib import Path

from django.db import migrations

from breakwater.access.door import closed, made_in, read_only, sql_file

DOOR = Path(__file__).parent.parent / "door.sql"


def note(table: str, word: str, events: str = "insert or update or delete") -> migrations.RunSQL:
    return migrations.RunSQL(
        f"create trigger noted after {events} on {table}"
        f" for each row execute function door.note_change('{word}');",
        f"drop trigger noted on {table};",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_need_to_know"),
        ("audit", "0003_one_entry_a_look"),
    ]
    operations = [
        made_in("access_case"),
        migrations.RunSQL(
            "alter table access_case alter column restricted set default false;"
            "alter table access_exclusion alter column starts set default statement_timestamp();",
            migrations.RunSQL.noop,
        ),
        sql_file(DOOR),
        note("access_grant", "grant", "update or delete"),
        # A grant to a team comes with an action that leaves an entry; one by name is always noted.
        migrations.RunSQL(
            "create trigger noted_by_name after insert on access_grant for each row"
            " when (new.user_id is not null) execute function door.note_change('grant');",
            "drop trigger noted_by_name on access_grant;",
        ),
        note("access_exclusion", "exclusion"),
        note("access_membership", "membership"),
        note("access_case", "case", "update or delete"),
        migrations.RunSQL(
            "create trigger noted after insert or update on access_session"
            " for each row execute function door.note_session();",
            "drop trigger noted on access_session;",
        ),
        closed("access_case"),
        closed("access_grant"),
        closed("access_exclusion"),
        closed("access_kin"),
        read_only("access_agency"),
        read_only("access_team"),
        read_only("access_membership"),
        read_only("access_roleverb"),
        # The ledger: anybody adds, nobody changes, and who holds a case reads what is about it.
        migrations.RunSQL(
            """
            alter table ledger_entry enable row level security;
            create policy seen on ledger_entry for select to breakwater_app using (
              cases && (select door.held_cases()) or xid = pg_current_xact_id_if_assigned());
            create policy made on ledger_entry for insert to breakwater_app
              with check (at = statement_timestamp());
            grant
              insert (id, at, actor, agency_id, verb, cases, subject, purpose, allowed, facts),
              select (id, at, actor, agency_id, verb, cases, subject, purpose, allowed, facts)
              on ledger_entry to breakwater_app;
            """,
            """
            drop policy seen on ledger_entry; drop policy made on ledger_entry;
            alter table ledger_entry disable row level security;
            revoke all on ledger_entry from breakwater_app;
            """,
        ),
    ]
