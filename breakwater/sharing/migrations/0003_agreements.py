"""Where agreements are used, and telling of their reviews."""

from pathlib import Path

from django.db import migrations

from breakwater.access.door import sql_file

SQL = Path(__file__).parent.parent / "agreements" / "agreements.sql"


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_discovery"), ("access", "0011_partners")]
    operations = [sql_file(SQL)]
