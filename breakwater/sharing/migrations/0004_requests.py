"""What the worker needs to send and chase requests, and what waits for a signature."""

from pathlib import Path

from django.db import migrations

from breakwater.access.door import sql_file

SQL = Path(__file__).parent.parent / "requests" / "requests.sql"


class Migration(migrations.Migration):
    dependencies = [("sharing", "0003_agreements")]
    operations = [
        sql_file(SQL),
        # Serves door.requests_to_sign(): few wait at a time.
        migrations.RunSQL(
            "create index request_to_sign on sharing_request (case_id)"
            " where standing = 'waits for a signature'",
            "drop index request_to_sign",
        ),
        # Serves door.late_requests(), which asks of no team.
        migrations.RunSQL(
            "create index request_late on sharing_request (due_at)"
            " where standing in ('waits for an answer', 'to be asked by phone')",
            "drop index request_late",
        ),
    ]
