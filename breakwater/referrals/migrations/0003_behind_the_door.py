"""Referrals behind the door of their case."""

from django.db import migrations, models

from breakwater.access.door import HELD, MADE_HERE, behind_door, made_in

OF_A_SEEN_REFERRAL = "exists (select from referrals_referral r where r.id = referral_id)"
SUBMISSION_SEEN = (
    "exists (select from referrals_referral r where r.submission_id = referrals_submission.id)"
)
PLACES = """
create view referrals_place as
  select id, case_id, reference, state, due_at, immediate_danger, received_at
  from referrals_referral;
grant select on referrals_place to breakwater_app;

-- What was given for a sender's key before: hash and receipt, no word of the content.
create function door.receipt(for_sender text, for_key text)
returns table (content_hash bytea, reference text, received_at timestamptz, case_id bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.content_hash, r.reference::text, r.received_at, r.case_id
  from public.referrals_submission s join public.referrals_referral r on r.submission_id = s.id
  where s.sender = for_sender and s.key = for_key
$$;

-- A worry that joins a standing case is triaged by whoever triages: only the transaction that
-- brings the worry lets them in.
create function door.let_triage_in(
  to_case bigint, to_team bigint, purpose text, lawful_basis text, at timestamptz)
returns void
language sql volatile security definer set search_path = pg_catalog, public as $$
  insert into public.access_grant
      (case_id, team_id, relation, purpose, lawful_basis, starts)
    select to_case, t.id, 'triages what comes in', let_triage_in.purpose,
      let_triage_in.lawful_basis, at
    from public.access_team t
    where t.id = to_team and t.kind = 'triage' and exists (
      select from public.referrals_referral r
      where r.case_id = to_case and r.made_in = pg_current_xact_id_if_assigned())
    on conflict do nothing
$$;
revoke all on function door.receipt(text, text) from public;
revoke all on function door.let_triage_in(bigint, bigint, text, text, timestamptz) from public;
grant execute on function door.receipt(text, text),
  door.let_triage_in(bigint, bigint, text, text, timestamptz) to breakwater_app;
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_never_changed"), ("access", "0004_the_door")]
    operations = [
        made_in("referrals_submission"),
        made_in("referrals_referral"),
        made_in("referrals_decision"),
        made_in("referrals_step"),
        behind_door("referrals_referral", seen=f"{HELD} or {MADE_HERE}", change=HELD),
        behind_door("referrals_submission", seen=f"{MADE_HERE} or {SUBMISSION_SEEN}"),
        behind_door("referrals_decision", seen=f"{MADE_HERE} or {OF_A_SEEN_REFERRAL}"),
        behind_door("referrals_step", seen=f"{MADE_HERE} or {OF_A_SEEN_REFERRAL}"),
        migrations.RunSQL(
            PLACES,
            "drop view referrals_place; drop function door.receipt(text, text);"
            " drop function door.let_triage_in(bigint, bigint, text, text, timestamptz);",
        ),
        migrations.CreateModel(
            "Place",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case_id", models.BigIntegerField()),
                ("reference", models.CharField(max_length=20)),
                ("state", models.CharField(max_length=40)),
                ("due_at", models.DateTimeField()),
                ("immediate_danger", models.BooleanField(null=True)),
                ("received_at", models.DateTimeField()),
            ],
            {"db_table": "referrals_place", "managed": False},
        ),
    ]
