"""A case whose worries all end without further action is closed."""

from pathlib import Path

from django.db import migrations

from breakwater.access.door import sql_file

CLOSING = Path(__file__).parent.parent / "closing.sql"


class Migration(migrations.Migration):
    dependencies = [("referrals", "0004_sealed")]
    operations = [
        sql_file(CLOSING),
        # What was decided before the hub closed cases.
        migrations.RunSQL(
            """
            update access_case k set closed_at = last.at
              from (
                select r.case_id, max(s.taken_at) as at
                from referrals_referral r join referrals_step s on s.referral_id = r.id
                group by r.case_id having bool_and(r.state = 'decided, no further action')
              ) last
              where last.case_id = k.id and k.closed_at is null;
            """,
            migrations.RunSQL.noop,
        ),
    ]
