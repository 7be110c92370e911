"""Accounts of partners' own systems, with which nobody signs in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0011_partners")]
    operations = [
        migrations.AddField(
            "user", "is_system", models.BooleanField(default=False, db_default=False)
        ),
    ]
