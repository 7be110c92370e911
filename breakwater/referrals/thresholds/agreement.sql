-- How many decisions stood at which level, by month, rule version and what was suggested: counts
-- alone, of cases that the asker may see, for whoever may set the rules.
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
    where d.suggested_level is not null and d.decided_at >= since
      and r.case_id in (select v.case_id from door.visible(person) v)
    group by 1, 2, 3, 4
    order by 1 desc, 2 desc, 3, 4;
end $$;
revoke all on function door.agreement(text, bigint, timestamptz) from public;
grant execute on function door.agreement(text, bigint, timestamptz) to breakwater_app;
