from django.db import migrations

from breakwater.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("attachments", "0001_initial"), ("audit", "0002_never_changed")]
    operations = [append_only("attachments_document")]
