"""What is kept and for how long: decided, held and erased by functions of the door alone."""

from pathlib import Path

from django.db import migrations

from breakwater.access.door import HELD, behind_door, closed, read_only, sql_file
from breakwater.audit.append_only import append_only, never_deleted

RETENTION = Path(__file__).parent.parent / "retention"


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_first_schedule"),
        ("access", "0007_a_records_team"),
        ("audit", "0005_but_for_erasing"),
        ("people", "0004_behind_the_door"),
        ("referrals", "0005_a_case_closes"),
        ("clocks", "0002_first_definitions"),
        ("vault", "0002_behind_the_door"),
        ("attachments", "0002_behind_the_door"),
    ]
    operations = [
        sql_file(RETENTION / "keeping.sql"),
        sql_file(RETENTION / "reading.sql"),
        sql_file(RETENTION / "erasing.sql"),
        read_only("records_knob"),
        read_only("records_retentionclass"),
        # The worker classes once; nothing reads or changes a row but the door.
        behind_door("records_kept", seen="false", made="true"),
        closed("records_keeporletgo"),
        closed("records_hold"),
        read_only("records_erased"),
        behind_door("records_subjectaccess", seen=HELD, made=HELD, change=HELD),
        behind_door("records_subjectaccesschoice", seen=HELD, made=HELD, change=HELD),
        append_only("records_retentionclass"),
        append_only("records_kept"),
        append_only("records_erased"),
        never_deleted("records_keeporletgo"),
        never_deleted("records_hold"),
        # A decision moves along the table of rules.py and no other way.
        migrations.RunSQL(
            """
            create function door.moves_on() returns trigger language plpgsql as $$ begin
              if (old.standing, new.standing) not in (
                ('let go, waiting for a second person',
                 'let go by two people, erased after the grace'),
                ('let go, waiting for a second person', 'undone'),
                ('let go by two people, erased after the grace', 'undone'))
                or new.case_id <> old.case_id or new.reason <> old.reason
                or new.decided_by_id <> old.decided_by_id or new.decided_at <> old.decided_at
              then
                raise exception 'a decision about keeping does not move so' using errcode = 'BW001';
              end if;
              return new;
            end $$;
            revoke all on function door.moves_on() from public;
            create trigger moves_on before update on records_keeporletgo
              for each row execute function door.moves_on();
            """,
            "drop trigger moves_on on records_keeporletgo; drop function door.moves_on();",
        ),
    ]
