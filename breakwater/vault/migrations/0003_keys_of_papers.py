"""A key opens to who holds its case, or what it seals by name: a request that a partner answers."""

from django.db import migrations

from breakwater.access.door import HELD, MADE_HERE, held_part


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_behind_the_door"), ("access", "0011_partners")]
    operations = [
        migrations.RunSQL(
            f"alter policy seen on vault_key using ({HELD} or {MADE_HERE} or {held_part('keys')})",
            f"alter policy seen on vault_key using ({HELD} or {MADE_HERE})",
        ),
    ]
