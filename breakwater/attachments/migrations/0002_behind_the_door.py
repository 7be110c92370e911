from django.db import migrations

from breakwater.access.door import HELD, MADE_HERE, behind_door, made_in
from breakwater.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("attachments", "0001_initial"),
        ("access", "0004_the_door"),
        ("audit", "0002_never_changed"),
    ]
    operations = [
        append_only("attachments_document"),
        made_in("attachments_document"),
        behind_door("attachments_document", seen=f"{HELD} or {MADE_HERE}"),
    ]
