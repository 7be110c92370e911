"""Append-only rows go when a case is lawfully erased, by no other way; the ledger never does."""

from django.db import migrations

from breakwater.audit.append_only import BUT_FOR_ERASING, CREATE_FUNCTION


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_the_tree")]
    operations = [
        migrations.RunSQL(
            BUT_FOR_ERASING,
            CREATE_FUNCTION.replace("create function", "create or replace function"),
        )
    ]
