-- Who has a referral open: names and since when, for whoever may see its case. It shows nothing of
-- the case itself, so that a sign of life every few seconds needs no entry in the ledger.

-- How long somebody is there without another sign.
create or replace function door.presence_lasts() returns interval
language sql immutable as $$ select interval '90 seconds' $$;

-- "I have it open": note it, and tell who else has, longest first. Nothing where the case is not
-- theirs to see, or where there is none. `sign` is what leaving must name.
create or replace function door.here(token text, as_user bigint, referral bigint)
returns table (name text, since timestamptz, sign timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person bigint := door.who_acts(token, as_user);
  at timestamptz := statement_timestamp();
  gone timestamptz := statement_timestamp() - door.presence_lasts();
begin
  if not exists (select from public.referrals_referral r
      where r.id = referral and door.allowed(person, r.case_id)) then
    return;
  end if;
  insert into public.referrals_presence as p (referral_id, user_id, since, seen_at)
    values (referral, person, at, at)
    on conflict (referral_id, user_id) do update set seen_at = at,
      since = case when p.seen_at < gone then at else p.since end;
  delete from public.referrals_presence p where p.seen_at < gone;
  return query
    select null::text, p.since, p.seen_at from public.referrals_presence p
      where p.referral_id = referral and p.user_id = person
    union all
    (select u.name::text, p.since, null::timestamptz
      from public.referrals_presence p join public.access_user u on u.id = p.user_id
      where p.referral_id = referral and p.user_id <> person
        -- Who may no longer see it is not named as being at it.
        and door.allowed(p.user_id, (
          select r.case_id from public.referrals_referral r where r.id = referral))
      order by p.since, p.id);
end $$;

-- "I left it": unless another page of the same person gave a sign later.
create or replace function door.gone(
  token text, as_user bigint, referral bigint, sign timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  delete from public.referrals_presence p
  where p.referral_id = referral and p.user_id = door.who_acts(token, as_user)
    and p.seen_at <= sign
$$;

revoke all on function door.presence_lasts(), door.here(text, bigint, bigint),
  door.gone(text, bigint, bigint, timestamptz) from public;
grant execute on function door.here(text, bigint, bigint),
  door.gone(text, bigint, bigint, timestamptz) to breakwater_app;
