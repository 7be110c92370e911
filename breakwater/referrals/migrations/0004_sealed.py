"""Narrative, reporter, reasons and the bytes that arrived are sealed; what is there is sealed now.

Needs DATA_KEYS where there are referrals already. Statements go through the tables as they were.
"""

import json
from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

CHUNK = 500


def seal_what_is_there(_apps: Any, editor: Any) -> None:
    from breakwater.vault.actions import new_key

    with editor.connection.cursor() as cursor:
        for table in ("referrals_submission", "referrals_decision"):
            cursor.execute(f"alter table {table} disable trigger never_changed")
        last = 0
        while rows := _chunk(cursor, last):
            for pk, case_id, submission_id, narrative, why, reporter, online in rows:
                key = new_key()
                wrapped, kek = settings.DATA_KEYS.wrap(key)
                cursor.execute(
                    "insert into vault_key (id, case_id, wrapped, kek, made_at)"
                    " values (%s, %s, %s, %s, now())",
                    [key.id, case_id, wrapped, kek],
                )
                words = {
                    "narrative": narrative,
                    "consent_reason": why,
                    "reporter": _read(reporter),
                    "online": _read(online),
                }
                sealed = key.seal(json.dumps(words, ensure_ascii=False), f"referral:{pk}")
                cursor.execute(
                    "update referrals_referral set words = %s, has_reporter = %s where id = %s",
                    [sealed, reporter is not None, pk],
                )
                cursor.execute(
                    "select sender, key, body from referrals_submission where id = %s",
                    [submission_id],
                )
                sender, sender_key, body = cursor.fetchone()
                cursor.execute(
                    "update referrals_submission set body = %s where id = %s",
                    [key.seal(bytes(body), f"submission:{sender}:{sender_key}"), submission_id],
                )
                cursor.execute(
                    "select id, reason from referrals_decision where referral_id = %s"
                    " order by decided_at, id",
                    [pk],
                )
                for number, (decision_id, reason) in enumerate(cursor.fetchall()):
                    cursor.execute(
                        "update referrals_decision set sealed_reason = %s where id = %s",
                        [key.seal(reason, f"referral:{pk}:decision:{number}"), decision_id],
                    )
                last = pk
        for table in ("referrals_submission", "referrals_decision"):
            cursor.execute(f"alter table {table} enable trigger never_changed")


def _chunk(cursor: Any, last: int) -> list[Any]:
    cursor.execute(
        "select id, case_id, submission_id, narrative, consent_reason, reporter, online"
        " from referrals_referral where id > %s order by id limit %s",
        [last, CHUNK],
    )
    return list(cursor.fetchall())


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0003_behind_the_door"),
        ("vault", "0002_behind_the_door"),
    ]
    operations = [
        migrations.AddField("Referral", "words", models.BinaryField(null=True)),
        migrations.AddField("Referral", "has_reporter", models.BooleanField(default=False)),
        migrations.AddField("Decision", "sealed_reason", models.BinaryField(null=True)),
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop),
        # The rows above wait on checks that must be done before the tables change again.
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.RemoveConstraint("Referral", "anonymous_has_no_reporter"),
        migrations.RemoveConstraint("Decision", "decision_needs_a_reason"),
        migrations.RemoveField("Referral", "narrative"),
        migrations.RemoveField("Referral", "consent_reason"),
        migrations.RemoveField("Referral", "reporter"),
        migrations.RemoveField("Referral", "online"),
        migrations.RemoveField("Decision", "reason"),
        migrations.RenameField("Decision", "sealed_reason", "reason"),
        migrations.AlterField("Referral", "words", models.BinaryField()),
        migrations.AlterField("Referral", "has_reporter", models.BooleanField()),
        migrations.AlterField("Decision", "reason", models.BinaryField()),
        migrations.AddConstraint(
            "Referral",
            models.CheckConstraint(
                condition=~Q(channel="anonymous") | Q(has_reporter=False),
                name="anonymous_has_no_reporter",
            ),
        ),
    ]
