from django.db import migrations

from breakwater.audit.append_only import CREATE_FUNCTION, append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(CREATE_FUNCTION, "drop function refuse_change();"),
        append_only("ledger_entry"),
    ]
