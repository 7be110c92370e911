-- Who has a referral open: names and since when, for whoever may see its case. It shows nothing of
-- the case itself, so that a sign of life every few seconds needs no entry in the ledger.

-- How long somebody is there without another sign.
create or replace function door.presence_lasts() returns interval
language sql immutable as $$ select interval '90 seconds' $$;

-- "I have it open": note it, and tell who else has, longest first. The first row is one's own, so
-- that no row says: not theirs to see, or not there. `visit` is what leaving must name.
create or replace function door.here(token text, as_user bigint, referral bigint, visit text)
returns table (name text, since timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person bigint := door.who_acts(token, as_user);
  at timestamptz := statement_timestamp();
  over timestamptz := statement_timestamp() - door.presence_lasts();
  of_case bigint := (select r.case_id from public.referrals_referral r where r.id = referral);
begin
  if not door.allowed(person, of_case) then return; end if;
  insert into public.referrals_presence as p (referral_id, user_id, since, seen_at, visit)
    values (referral, person, at, at, left(here.visit, 32))
    on conflict (referral_id, user_id) do update set seen_at = at, visit = excluded.visit,
      since = case when p.seen_at < over then at else p.since end;
  delete from public.referrals_presence p where p.seen_at < over;
  return query
    (select u.name::text, p.since
      from public.referrals_presence p join public.access_user u on u.id = p.user_id
      where p.referral_id = referral
        -- Who may no longer see it is not named as being at it.
        and (p.user_id = person or door.allowed(p.user_id, of_case))
      order by p.user_id <> person, p.since, p.id);
end $$;

-- "I left it": unless another page of the same person gave a sign since.
create or replace function door.gone(
  token text, as_user bigint, referral bigint, visit text) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  delete from public.referrals_presence p
  where p.referral_id = gone.referral and p.user_id = door.who_acts(token, as_user)
    and p.visit = gone.visit
$$;

revoke all on function door.presence_lasts(), door.here(text, bigint, bigint, text),
  door.gone(text, bigint, bigint, text) from public;
grant execute on function door.here(text, bigint, bigint, text),
  door.gone(text, bigint, bigint, text) to breakwater_app;
