"""What waits for somebody is erased with its case."""

from pathlib import Path

from django.db import migrations

from breakwater.access.door import sql_file

RETENTION = Path(__file__).parent.parent / "retention"


class Migration(migrations.Migration):
    dependencies = [("records", "0003_behind_the_door"), ("referrals", "0006_what_waits")]
    operations = [sql_file(RETENTION / "erasing.sql")]
