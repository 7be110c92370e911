"""The ledger becomes a tree: places, hashes, checkpoints, and the functions that make them."""

from pathlib import Path

from django.db import migrations, models

from breakwater.audit.append_only import append_only

HERE = Path(__file__)
BACK = """
drop trigger waits on ledger_entry;
drop trigger never_changed on ledger_entry;
create trigger never_changed before update or delete on ledger_entry
  for each row execute function refuse_change();
drop index ledger_erasures;
drop table ledger_waiting;
drop schema ledger cascade;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_one_entry_a_look")]
    operations = [
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.UUIDField(unique=True)),
                ("commitment", models.BinaryField()),
            ],
            options={"db_table": "ledger_leaf"},
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level",
                        "index",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={"db_table": "ledger_node"},
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("note", models.TextField()),
            ],
            options={"db_table": "ledger_checkpoint"},
        ),
        migrations.RunSQL(
            """
            alter table ledger_leaf
              add constraint ledger_leaf_hash check (octet_length(commitment) = 32 and index >= 0);
            alter table ledger_node
              add constraint ledger_node_hash check (octet_length(hash) = 32 and index >= 0);
            alter table ledger_checkpoint
              add constraint ledger_checkpoint_root check (octet_length(root) = 32 and size > 0);
            """,
            migrations.RunSQL.noop,
        ),
        append_only("ledger_leaf"),
        append_only("ledger_node"),
        append_only("ledger_checkpoint"),
        migrations.RunSQL(HERE.with_suffix(".sql").read_text(encoding="utf-8"), BACK),
    ]
