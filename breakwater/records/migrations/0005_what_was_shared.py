"""What partners were asked and told is erased with its case."""

from pathlib import Path

from django.db import migrations

from breakwater.access.door import sql_file

RETENTION = Path(__file__).parent.parent / "retention"


class Migration(migrations.Migration):
    dependencies = [("records", "0004_what_waits"), ("sharing", "0006_disclosures")]
    operations = [sql_file(RETENTION / "erasing.sql")]
