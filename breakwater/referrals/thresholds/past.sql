-- Past decisions, for whoever may set the rules: which there are, by ids, and how many stood at
-- which level, as counts. Of cases that the asker may see, and no others.

-- The referrals that were decided last, the newest decision first. Read one by one along the
-- primary key until there are enough: sorted as a whole, years of them would be.
create or replace function door.decided(token text, as_user bigint, most integer)
returns table (referral_id bigint, case_id bigint)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  person bigint := door.who_acts(token, as_user);
  found_so_far integer := 0;
begin
  if not door.may(person, 'set_rules') then
    return;
  end if;
  for referral_id, case_id in
    select d.referral_id, r.case_id
    from public.referrals_decision d join public.referrals_referral r on r.id = d.referral_id
    where not exists (select from public.referrals_decision later
      where later.referral_id = d.referral_id and later.id > d.id)
    order by d.id desc
  loop
    exit when found_so_far = most;
    if door.allowed(person, case_id) then
      found_so_far := found_so_far + 1;
      return next;
    end if;
  end loop;
end $$;

create or replace function door.agreement(token text, as_user bigint, since timestamptz)
returns table (month date, version integer, suggested integer, decided integer, number bigint)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare person bigint := door.who_acts(token, as_user);
begin
  if not door.may(person, 'set_rules') then
    return;
  end if;
  return query
    select date_trunc('month', d.decided_at at time zone 'Europe/London')::date, s.version::integer,
      d.suggested_level::integer, d.level::integer, count(*)
    from public.referrals_decision d
    join public.referrals_referral r on r.id = d.referral_id
    join public.referrals_ruleset s on s.id = d.ruleset_id
    where d.suggested_level <> '' and d.decided_at >= since
      and r.case_id in (select v.case_id from door.visible(person) v)
    group by 1, 2, 3, 4
    order by 1 desc, 2 desc, 3, 4;
end $$;

revoke all on function door.decided(text, bigint, integer),
  door.agreement(text, bigint, timestamptz) from public;
grant execute on function door.decided(text, bigint, integer),
  door.agreement(text, bigint, timestamptz) to breakwater_app;
