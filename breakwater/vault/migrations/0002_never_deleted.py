from django.db import migrations

from breakwater.audit.append_only import never_deleted


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial"), ("audit", "0002_never_changed")]
    operations = [never_deleted("vault_key")]
