"""E-mails to partners that were not sent, and what waits for a signature, are queues too."""

from pathlib import Path

from django.db import migrations

from breakwater.access.door import sql_file

QUEUES = Path(__file__).parent.parent / "queues"
# As those of 0001_queues.
INDEXES = {
    "queue_of_request_mails": "sharing_reminder (made_at) include (request_id)"
    " where sent_at is null",
}


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_queues"), ("sharing", "0004_requests")]
    operations = [
        *(
            migrations.RunSQL(f"create index {name} on {of}", f"drop index {name}")
            for name, of in INDEXES.items()
        ),
        sql_file(QUEUES / "queues.sql"),
    ]
