"""The partner's side: which documents an answer may bring, and who sees them."""

from pathlib import Path

from django.db import migrations

from breakwater.access.door import HELD, MADE_HERE, sql_file

SQL = Path(__file__).parent.parent / "portal" / "portal.sql"
# As the answer that brought it: of the case's holders only police see what is for their eyes.
SEEN = f"{MADE_HERE} or ({HELD} and (not police_only or (select door.held_by_police())))"


class Migration(migrations.Migration):
    dependencies = [("sharing", "0004_requests"), ("attachments", "0003_police_only")]
    operations = [
        sql_file(SQL),
        migrations.RunSQL(
            f"alter policy seen on attachments_document using ({SEEN})",
            f"alter policy seen on attachments_document using ({HELD} or {MADE_HERE})",
        ),
    ]
