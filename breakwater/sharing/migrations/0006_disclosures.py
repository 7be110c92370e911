"""Reminding a team of a recall or correction that it has not confirmed."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

from breakwater.access.door import sql_file

SQL = Path(__file__).parent.parent / "disclosures" / "disclosures.sql"


class Migration(migrations.Migration):
    dependencies = [("sharing", "0005_portal")]
    operations = [
        migrations.AddField(
            model_name="disclosure",
            name="reminded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(
                condition=Q(
                    ("confirmed_at", None),
                    ("standing__in", ["recalled", "corrected by a later version"]),
                ),
                fields=["ended_at"],
                name="disclosure_unconfirmed",
            ),
        ),
        sql_file(SQL),
    ]
