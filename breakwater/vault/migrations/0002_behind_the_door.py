from django.db import migrations

from breakwater.access.door import HELD, MADE_HERE, behind_door, made_in
from breakwater.audit.append_only import never_deleted


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0001_initial"),
        ("access", "0004_the_door"),
        ("audit", "0002_never_changed"),
    ]
    operations = [
        never_deleted("vault_key"),
        made_in("vault_key"),
        # Changed to be destroyed, by who holds the case; rotation is the owner's.
        behind_door("vault_key", seen=f"{HELD} or {MADE_HERE}", change=HELD),
    ]
