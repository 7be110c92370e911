-- Reading what is kept: ids, classes and dates, no word of a case.

-- The worker's right to class closed cases; its entry is committed before anything is read.
create or replace function door.open_classing() returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare opened uuid := gen_random_uuid();
begin
  perform set_config('synchronous_commit', 'on', true);
  insert into public.ledger_entry (at, actor, verb, subject, purpose, allowed, facts, capability)
    values (statement_timestamp(), 'worker', 'class_for_retention', '',
      'how long closed cases are kept', true, '{"classing": true}', opened);
  return opened;
end $$;

-- Closed cases without a class: codes and birth dates, to whoever opened classing.
create or replace function door.to_class(most integer)
returns table (case_id bigint, closed_on date, categories text[], holders text[],
  only_triaged boolean, subjects jsonb)
language sql stable security definer set search_path = pg_catalog, public as $$
  select k.id, (k.closed_at at time zone 'Europe/London')::date,
    array(select distinct c from public.referrals_referral r, unnest(r.also || r.category) c
      where r.case_id = k.id),
    array(select distinct a.kind::text
      from public.access_grant g
        left join public.access_team t on t.id = g.team_id
        left join public.access_user u on u.id = g.user_id
        join public.access_agency a on a.id in (g.agency_id, t.agency_id, u.agency_id)
      where g.case_id = k.id and g.relation in ('was given the work', 'was named for the case')),
    not exists (select from public.access_grant g
      where g.case_id = k.id and g.relation = 'was given the work'),
    coalesce((
      select jsonb_agg(jsonb_build_array(
        m.born, m.age, (m.told_at at time zone 'Europe/London')::date))
      from public.people_mention m
      where m.case_id = k.id and m.role in ('child', 'sibling', 'suspect')), '[]')
  from public.access_case k
  where (exists (select from door.held() e where e.facts @> '{"classing": true}')
      or door.is_owner())
    and k.closed_at is not null
    and not exists (select from public.referrals_referral r
      where r.case_id = k.id and r.state <> 'decided, no further action')
    and not exists (select from public.records_kept n where n.case_id = k.id)
  order by k.closed_at limit most
$$;

-- What the person may review: `of_cases`, or, when null, what is due on a day or let go already.
create or replace function door.due(person bigint, of_cases bigint[], on_day date)
returns table (case_id bigint, closed_on date, review_on date, free_on date, classes bigint[])
language sql stable as $$
  select d.* from (
    select k.case_id, max(k.closed_on) as closed_on,
      greatest(min(k.review_on), (select max(o.keep_until) from public.records_keeporletgo o
        where o.case_id = k.case_id and o.standing = 'kept')) as review_on,
      max(k.free_on) as free_on,
      array_agg(k.retention_class_id order by k.retention_class_id) as classes
    from public.records_kept k
    where of_cases is null or k.case_id = any(of_cases)
    group by k.case_id) d
  where door.reviews(person, d.case_id) and (of_cases is not null
    or (door.may(person, 'review_retention') and d.review_on <= on_day)
    or exists (select from public.records_keeporletgo l
      where l.case_id = d.case_id and l.standing like 'let go%'))
$$;

-- A page of that, with counts; leaves one entry that names the cases shown.
create or replace function door.to_review(
  token text, as_user bigint, of_cases bigint[], on_day date, skip integer, most integer)
returns table (case_id bigint, closed_on date, review_on date, free_on date, classes bigint[],
  restricted boolean, holds text, referrals bigint, people bigint, elsewhere bigint, total bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  every bigint[] := array(select d.case_id from door.due(person, of_cases, on_day) d
    order by d.review_on, d.case_id);
  shown bigint[] := every[skip + 1 : skip + most];
begin
  insert into public.ledger_entry
      (at, actor, agency_id, verb, cases, subject, purpose, allowed, facts)
    values (statement_timestamp(), coalesce('user:' || person, 'nobody'),
      (select u.agency_id from public.access_user u where u.id = person), 'see_what_is_kept',
      shown, 'retention', 'to review what is kept', person is not null, '{}');
  return query
    select d.case_id, d.closed_on, d.review_on, d.free_on, d.classes, a.restricted,
      door.holds_on(d.case_id),
      (select count(*) from public.referrals_referral r where r.case_id = d.case_id),
      (select count(*) from public.people_mention m where m.case_id = d.case_id),
      (select count(distinct o.case_id)
        from public.people_mention m
          join public.people_link l on l.mention_id = m.id and l.standing = 'linked'
          join public.people_link ol on ol.identity_id = l.identity_id and ol.standing = 'linked'
          join public.people_mention o on o.id = ol.mention_id and o.case_id <> m.case_id
          join public.access_case oc on oc.id = o.case_id and not oc.restricted
            and not door.shut_out(person, o.case_id)
        where m.case_id = d.case_id),
      cardinality(every)::bigint
    from door.due(person, shown, on_day) d join public.access_case a on a.id = d.case_id
    order by d.review_on, d.case_id;
end $$;

-- What was decided about cases that the person reviews, newest first.
create or replace function door.decided(token text, as_user bigint, of_cases bigint[])
returns setof public.records_keeporletgo
language sql stable security definer set search_path = pg_catalog, public as $$
  select d.* from public.records_keeporletgo d,
    (select door.who_acts(token, as_user) as person) me
  where d.case_id = any(of_cases) and door.reviews(me.person, d.case_id)
  order by d.decided_at desc, d.id desc
$$;

create or replace function door.holds_placed(token text, as_user bigint)
returns setof public.records_hold
language sql stable security definer set search_path = pg_catalog, public as $$
  select h.* from public.records_hold h
  where door.may(door.who_acts(token, as_user), 'review_retention')
  order by h.lifted_at desc nulls first, h.id desc
$$;
