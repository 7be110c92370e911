from django.db import migrations

from breakwater.audit.append_only import append_only

TABLES = ("referrals_submission", "referrals_decision", "referrals_step")


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial"), ("audit", "0002_never_changed")]
    operations = [append_only(table) for table in TABLES]
