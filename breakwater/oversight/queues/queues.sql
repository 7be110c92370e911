-- Every queue of the hub with its number and the age of its oldest part: counts, no word of a case.
-- What a hidden case adds to is not counted. The one exception is what no active person at all can
-- see (queue `nobody`): that must not be silent, so it is counted for every manager who is not shut
-- out of it, also of a restricted case, but without its age.

-- The cases that a person must not know of: restricted ones for which they are not named, and those
-- that they are shut out of.
create or replace function door.hidden_from(person bigint) returns bigint[]
language plpgsql stable as $$
declare
  guarded bigint[] := array(select k.id from public.access_case k where k.restricted);
  named bigint[] := array(
    select distinct g.case_id from door.grants() g
    where g.user_id = person and g.case_id = any(guarded) and door.allowed(person, g.case_id));
begin
  return array(
    select k from unnest(guarded) k where k <> all(named)
    union select s.case_id from door.shut(person) s);
end $$;

-- Who is there, has a board and opens whatever is on it.
create or replace function door.at_work() returns table (user_id bigint, team_id bigint)
language sql stable as $$
  select distinct p.user_id, p.team_id
  from door.posts() p join public.access_user u on u.id = p.user_id and u.is_active
  where exists (select from door.roles(p.user_id) r
      join public.access_roleverb v on v.role = r.role and v.verb = 'see_board')
    and not exists (select from door.roles(p.user_id) r where r.role = 'inspector')
$$;

-- Open items that are on the board of no active person who may open them. The usual item is of a
-- team in which somebody works, that has a grant, of a case that nobody is shut out of: what is
-- left is looked at person by person.
create or replace function door.unseen_items()
returns table (item_id bigint, case_id bigint, team_id bigint, since timestamptz)
language plpgsql stable as $$
declare
  -- Not `restricted`: an item has a column of that name.
  guarded bigint[] := array(select k.id from public.access_case k where k.restricted);
  manned bigint[] := array(select distinct w.team_id from door.at_work() w);
begin
  return query
    with doubtful as materialized (
      select distinct i.id, i.case_id, i.team_id, i.since
      from public.referrals_item i
        left join public.access_grant g on g.case_id = i.case_id and g.team_id = i.team_id
          and g.starts <= statement_timestamp()
          and (g.ends is null or g.ends > statement_timestamp())
        left join public.access_exclusion x on x.case_id = i.case_id
          and x.starts <= statement_timestamp()
          and (x.ends is null or x.ends > statement_timestamp())
      where i.done_at is null and (i.case_id = any(guarded) or i.team_id <> all(manned)
        or g.id is null or x.id is not null))
    select d.id, d.case_id, d.team_id, d.since
    from doubtful d
    where not exists (
      select from door.at_work() w
      where (w.team_id = d.team_id
          -- Of a restricted case whoever is named sees it, whichever team it waits for.
          or d.case_id = any(guarded) and exists (
            select from door.grants() g where g.case_id = d.case_id and g.user_id = w.user_id))
        and door.allowed(w.user_id, d.case_id));
end $$;

-- A row for each queue in which something waits, and for each clock there is. `part`: the kind of
-- an item, the name of a task (never what it is about), the code of a clock.
create or replace function door.queues_of(person bigint, at timestamptz)
returns table (queue text, part text, called text, team_id bigint, number bigint,
  oldest timestamptz, unopened bigint, late bigint)
language plpgsql stable as $$
declare
  hidden bigint[] := door.hidden_from(person);
  manned bigint[] := array(select distinct w.team_id from door.at_work() w);
  today date := (at at time zone 'Europe/London')::date;
begin
  return query
    select case when i.kind = 'work' and i.worker_id is not null
        then 'under-way' else 'item' end as queue,
      case when i.kind = 'work' and i.worker_id is not null
        then '' else i.kind::text end as part,
      '', i.team_id, count(*), min(i.since), count(*) filter (where i.opened_at is null),
      count(*) filter (where i.due_at < at)
    from public.referrals_item i
    where i.done_at is null and i.case_id <> all(hidden)
    group by 1, 2, 4;

  return query
    select 'nobody', '', '', null::bigint, count(*),
      min(n.since) filter (where n.case_id <> all(hidden)), null::bigint, null::bigint
    from door.unseen_items() n where not door.shut_out(person, n.case_id)
    having count(*) > 0;

  return query
    select 'unmanned', '', '', i.team_id, count(*), min(i.since), null::bigint, null::bigint
    from public.referrals_item i
    where i.done_at is null and i.team_id <> all(manned) and i.case_id <> all(hidden)
    group by i.team_id;

  return query
    select 'gone', '', '', i.team_id, count(*), min(i.since), null::bigint, null::bigint
    from public.referrals_item i
      left join (
        select distinct p.user_id, p.team_id
        from door.posts() p join public.access_user u on u.id = p.user_id and u.is_active) w
      on w.user_id = i.worker_id and w.team_id = i.team_id
    where i.done_at is null and i.worker_id is not null and w.user_id is null
      and i.case_id <> all(hidden)
    group by i.team_id;

  return query
    select 'questions', '', '', null::bigint, count(*), min(l.decided_at), null::bigint,
      null::bigint
    from public.people_link l
      join public.people_mention m on m.id = l.mention_id and m.case_id <> all(hidden)
      join public.people_mention a on a.id = l.against_id and a.case_id <> all(hidden)
    where l.standing = 'asked' and not exists (
      select from public.people_review r
      where r.mention_id = least(l.mention_id, l.against_id)
        and r.against_id = greatest(l.mention_id, l.against_id))
    having count(*) > 0;

  -- One thing is told to several people: that nobody saw it is what counts.
  return query
    select 'alerts', '', '', null::bigint, count(*), min(s.made_at), null::bigint, null::bigint
    from (
      select distinct a.made_at, a.kind, a.cases from public.access_alert a
      where a.seen_at is null and a.made_at < at - interval '1 day' and not a.cases && hidden
        and a.about_id is distinct from person
        and not exists (select from public.access_alert b
          where b.made_at = a.made_at and b.kind = a.kind and b.cases = a.cases
            and b.seen_at is not null)) s
    having count(*) > 0;

  return query
    select 'alert-mails', '', '', null::bigint, count(*), min(a.made_at), null::bigint,
      null::bigint
    from public.access_alert a
      join public.access_user u on u.id = a.recipient_id and u.is_active and u.email <> ''
    where a.seen_at is null and a.sent_at is null and not a.cases && hidden
    having count(*) > 0;

  return query
    select 'notices', '', '', null::bigint, count(*), min(n.made_at), null::bigint, null::bigint
    from public.access_team t
      join public.referrals_notice n on n.team_id = t.id and n.sent_at is null
      join public.referrals_referral r on r.id = n.referral_id and r.case_id <> all(hidden)
    where t.mailbox <> ''
    having count(*) > 0;

  return query
    select 'request-mails', '', '', null::bigint, count(*), min(m.made_at), null::bigint,
      null::bigint
    from public.sharing_reminder m
      join public.sharing_request r on r.id = m.request_id and r.case_id <> all(hidden)
      join public.access_team t on t.id = r.team_id
    where m.sent_at is null and t.mailbox <> ''
      and r.standing in ('waits for an answer', 'to be asked by phone')
    having count(*) > 0;

  return query
    select 'late-answers', '', '', null::bigint, count(*), min(r.due_at), null::bigint,
      null::bigint
    from public.sharing_request r
    where r.standing in ('waits for an answer', 'to be asked by phone') and r.due_at < at
      and r.case_id <> all(hidden)
    having count(*) > 0;

  return query
    select 'to-sign', '', '', null::bigint, count(*), min(w.since), null::bigint, null::bigint
    from (
      select r.asked_at as since from public.sharing_request r
        where r.standing = 'waits for a signature' and r.case_id <> all(hidden)
      union all
      select d.sent_at from public.sharing_disclosure d
        where d.standing = 'waits for a signature' and d.request_id is null
          and d.case_id <> all(hidden)) w
    having count(*) > 0;

  return query
    select 'escalations', '', '', null::bigint, count(*), min(e.made_at), null::bigint,
      null::bigint
    from public.clocks_escalation e join public.clocks_clock c on c.id = e.clock_id
    where e.told_at is null and coalesce(c.case_id, 0) <> all(hidden)
    having count(*) > 0;

  return query
    select case when o.glass_id is null then 'glass-answer' else 'glass-review' end, '', '',
      null::bigint, count(*), min(coalesce(o.opened_at, g.asked_at)), null::bigint, null::bigint
    from public.access_glass g
      left join public.access_glassopening o on o.glass_id = g.id
    where g.case_id is not null and g.case_id <> all(hidden)
      and case when o.glass_id is not null
        then not exists (select from public.access_glassreview r where r.glass_id = g.id)
        else g.asked_at + door.glass_lapses() > at and not exists (
          select from public.access_glassanswer a where a.glass_id = g.id) end
    group by 1;

  return query
    select 'retention', '', '', null::bigint, count(*),
      min(d.review_on)::timestamp at time zone 'Europe/London', null::bigint, null::bigint
    from (
      select greatest(min(k.review_on), (select max(o.keep_until)
          from public.records_keeporletgo o
          where o.case_id = k.case_id and o.standing = 'kept')) as review_on
      from public.records_kept k
      where k.review_on <= today and k.case_id <> all(hidden)
        and not exists (select from public.records_keeporletgo l
          where l.case_id = k.case_id and l.standing like 'let go%')
      group by k.case_id) d
    where d.review_on <= today
    having count(*) > 0;

  return query
    select 'letting-go', '', '', null::bigint, count(*), min(l.decided_at), null::bigint,
      null::bigint
    from public.records_keeporletgo l
    where l.standing = 'let go, waiting for a second person' and l.case_id <> all(hidden)
    having count(*) > 0;

  return query
    select 'missed', d.code::text, d.name::text, null::bigint, coalesce(m.number, 0), m.oldest,
      null::bigint, null::bigint
    from (select distinct on (c.code) c.code, c.name from public.clocks_clockdefinition c
        order by c.code, c.version desc) d
      left join (
        select c.code, count(*) as number, min(c.due_at) as oldest from public.clocks_clock c
        where c.met_at is null and c.stopped_at is null and c.paused_at is null
          and c.due_at < at and coalesce(c.case_id, 0) <> all(hidden)
        group by c.code) m on m.code = d.code;

  -- Jobs that are about a hidden case are not counted: by the referral, notice or reminder
  -- that they name, or the alerts that they send. Others are deferred alike whatever there is.
  return query
    select case when j.status in ('todo', 'doing') then 'jobs-waiting' else 'jobs-failed' end,
      j.task_name::text, '', null::bigint, count(*), min(e.at), null::bigint, null::bigint
    from public.procrastinate_jobs j
      left join lateral (
        select case when j.status in ('todo', 'doing') then min(v.at) else max(v.at) end as at
        from public.procrastinate_events v where v.job_id = j.id) e on true
      left join public.referrals_notice n on n.id = (j.args->>'notice_id')::bigint
      left join public.sharing_reminder m on m.id = (j.args->>'reminder_id')::bigint
      left join public.sharing_request q on q.id = m.request_id
      left join public.referrals_referral r
        on r.id = coalesce((j.args->>'referral_id')::bigint, n.referral_id, q.referral_id)
    where j.status in ('todo', 'doing', 'failed', 'aborted')
      and coalesce(r.case_id, 0) <> all(hidden)
      and (j.args->>'recipient_id' is null or exists (
        select from public.access_alert a
        where a.recipient_id = (j.args->>'recipient_id')::bigint and a.sent_at is null
          and not a.cases && hidden))
    group by 1, 2;

  return query
    select 'worker', '', '', null::bigint,
      case when max(w.last_heartbeat) > at - interval '5 minutes' then 0 else 1 end::bigint,
      max(w.last_heartbeat), null::bigint, null::bigint
    from public.procrastinate_workers w;
end $$;

create or replace function door.queues(token text, as_user bigint, at timestamptz)
returns table (queue text, part text, called text, team_id bigint, number bigint,
  oldest timestamptz, unopened bigint, late bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare person bigint := door.who_acts(token, as_user);
begin
  if person is not null and door.may(person, 'see_queues') then
    return query select q.* from door.queues_of(person, at) q;
  end if;
end $$;

-- Remember that somebody is told of a queue today; false: they were already.
create or replace function door.page_once(person bigint, of_queue text, today date)
returns boolean
language plpgsql volatile as $$
begin
  insert into public.oversight_paged (recipient_id, queue, on_day)
    values (person, of_queue, today) on conflict do nothing;
  return found;
end $$;

-- Alert whoever runs the hub to queues that have waited too long, once a day each; where there is
-- no hub manager, who supervises triage. Of a restricted case, who guards it or else is named; of
-- what no manager may know of and nobody sees, every supervisor who is not shut out of it.
-- `limits`: hours by queue, of items by "item:kind". Returns how many people were alerted.
create or replace function door.page_stale_queues(limits jsonb, at timestamptz) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  today date := (at at time zone 'Europe/London')::date;
  managers bigint[] := array(
    select distinct p.user_id from door.posts() p
      join public.access_roleverb v on v.role = p.role and v.verb = 'see_queues'
      join public.access_user u on u.id = p.user_id and u.is_active order by 1);
  person bigint;
  told bigint[] := '{}';
  news boolean;
  stale record;
begin
  delete from public.oversight_paged where on_day < today - 7;
  if managers = '{}' then
    managers := door.supervisors_of(array(
      select t.id from public.access_team t where t.kind = 'triage'));
  end if;
  foreach person in array managers loop
    news := false;
    for stale in
      select concat_ws(':', q.queue, q.part, q.team_id) as name
      from door.queues_of(person, at) q,
        lateral (select coalesce(limits->(q.queue || ':' || q.part), limits->q.queue)::integer
          as hours) l
      where q.number > 0 and l.hours is not null
        and (q.oldest is null or q.oldest <= at - make_interval(hours => l.hours))
    loop
      news := door.page_once(person, stale.name, today) or news;
    end loop;
    if news then
      told := told || person;
    end if;
  end loop;
  for stale in
    select distinct 'case:' || i.case_id as name, g.user_id as whom
    from public.referrals_item i
      join public.access_case k on k.id = i.case_id and k.restricted
      join door.grants() g on g.case_id = i.case_id and g.user_id is not null
    where i.done_at is null
      and not (i.kind = 'work' and i.worker_id is not null)
      and i.since <= at - make_interval(hours => (limits->('item:' || i.kind))::integer)
      and door.allowed(g.user_id, i.case_id)
      and (g.relation = 'guards the restricted case' or g.relation = 'was named for the case'
        and not exists (
          select from unnest(door.guardians_of(i.case_id)) f
            join public.access_user u on u.id = f and u.is_active
          where not door.shut_out(f, i.case_id)))
    union
    select 'nobody:' || n.item_id, s.user_id
    from door.unseen_items() n
      join (select distinct p.user_id from door.posts() p
        join public.access_roleverb v on v.role = p.role and v.verb = 'supervise'
        join public.access_user u on u.id = p.user_id and u.is_active) s
      on not door.shut_out(s.user_id, n.case_id)
    where not exists (
      select from unnest(managers) m where not door.shut_out(m, n.case_id))
  loop
    if door.page_once(stale.whom, stale.name, today) then
      told := told || stale.whom;
    end if;
  end loop;
  perform door.tell('a queue has waited too long', told, null, null);
  return cardinality(array(select distinct unnest(told)));
end $$;

revoke all on function door.hidden_from(bigint), door.at_work(), door.unseen_items(),
  door.queues_of(bigint, timestamptz), door.queues(text, bigint, timestamptz),
  door.page_once(bigint, text, date), door.page_stale_queues(jsonb, timestamptz) from public;
grant execute on function
  door.queues(text, bigint, timestamptz), door.page_stale_queues(jsonb, timestamptz)
  to breakwater_app;
