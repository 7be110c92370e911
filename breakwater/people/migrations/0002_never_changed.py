from django.db import migrations

from breakwater.audit.append_only import append_only, never_deleted


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("audit", "0002_never_changed")]
    operations = [append_only("people_mention"), never_deleted("people_link")]
