"""An entry names all its cases, and knows the transaction that wrote it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_never_changed")]
    operations = [
        migrations.AddField("Entry", "cases", ArrayField(models.BigIntegerField(), default=list)),
        migrations.RunSQL(
            """
            alter table ledger_entry disable trigger never_changed;
            update ledger_entry set cases = array[case_id] where case_id is not null;
            alter table ledger_entry enable trigger never_changed;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RemoveIndex("Entry", "ledger_by_case"),
        migrations.RemoveField("Entry", "case_id"),
        migrations.AddIndex("Entry", GinIndex(fields=["cases"], name="ledger_by_case")),
        migrations.RunSQL(
            """
            alter table ledger_entry
              alter column cases set default '{}',
              add column xid xid8 not null default pg_current_xact_id(),
              -- 122 random bits, without an extension.
              add column salt bytea not null default uuid_send(gen_random_uuid()),
              add column capability uuid;
            create unique index ledger_by_capability on ledger_entry (capability)
              where capability is not null;
            """,
            "alter table ledger_entry drop column xid, drop column salt, drop column capability;",
        ),
    ]
