-- How often the children told of in this area are told of in 12 months. It reads ids and roles, and
-- keeps counts over all children together. A restricted case counts for nobody, so that nothing of
-- it can be reckoned from what others read.
create or replace function door.measure_pace() returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into public.referrals_areapace (day, children, worries, median, ninth, measured_at)
  select (statement_timestamp() at time zone 'Europe/London')::date,
    count(*), coalesce(sum(of_child.worries), 0),
    coalesce(percentile_disc(0.5) within group (order by of_child.worries), 0),
    coalesce(percentile_disc(0.9) within group (order by of_child.worries), 0),
    statement_timestamp()
  from (
    select l.identity_id, count(distinct lately.id) as worries
    from (
      select r.id from public.referrals_referral r
        join public.access_case k on k.id = r.case_id
      where r.received_at > statement_timestamp() - interval '365 days' and not k.restricted
      offset 0
    ) lately
    -- One by one by their index (offset 0): it costs what came in 12 months, however much is older.
    cross join lateral (
      select m.id from public.people_mention m
      where m.referral_id = lately.id and m.role in ('child', 'sibling') offset 0
    ) child
    cross join lateral (
      select l.identity_id from public.people_link l
      where l.mention_id = child.id and l.standing = 'linked' offset 0
    ) l
    group by l.identity_id
  ) of_child
  on conflict (day) do update set children = excluded.children, worries = excluded.worries,
    median = excluded.median, ninth = excluded.ninth, measured_at = excluded.measured_at
$$;
revoke all on function door.measure_pace() from public;
grant execute on function door.measure_pace() to breakwater_app;
