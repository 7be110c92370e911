"""A document may be for police eyes only; who is of the police, the room above says (sharing)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("attachments", "0002_behind_the_door")]
    operations = [
        migrations.AddField(
            "Document", "police_only", models.BooleanField(default=False, db_default=False)
        ),
    ]
