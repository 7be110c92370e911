-- Telling people at once: who is told, what they may read of it, and the e-mail that says so.

-- Who supervises in one of these teams, now.
create or replace function door.supervisors_of(of_teams bigint[]) returns bigint[]
language sql stable as $$
  select coalesce(array_agg(distinct m.user_id), '{}')
  from public.access_membership m
    join public.access_roleverb v on v.role = m.role and v.verb = 'supervise'
    join public.access_user u on u.id = m.user_id and u.is_active
  where m.team_id = any(of_teams) and m.starts <= statement_timestamp()
    and (m.ends is null or m.ends > statement_timestamp())
$$;

create or replace function door.teams_of(person bigint) returns bigint[]
language sql stable as $$
  select coalesce(array_agg(distinct r.team_id), '{}') from door.roles(person) r
$$;

-- The teams whose work a case is.
create or replace function door.teams_on(of_case bigint) returns bigint[]
language sql stable as $$
  select coalesce(array_agg(distinct g.team_id), '{}') from public.access_grant g
  where g.case_id = of_case and g.team_id is not null
    and g.starts <= statement_timestamp() and (g.ends is null or g.ends > statement_timestamp())
$$;

create or replace function door.guardians_of(of_case bigint) returns bigint[]
language sql stable as $$
  select coalesce(array_agg(distinct g.user_id), '{}') from public.access_grant g
  where g.case_id = of_case and g.relation = 'guards the restricted case' and g.user_id is not null
    and g.starts <= statement_timestamp() and (g.ends is null or g.ends > statement_timestamp())
$$;

-- Tell people of something about a case, or about nobody's case (null). Never whom it is about, nor
-- who is shut out of the case.
create or replace function door.tell(
  told_kind text, people bigint[], of_case bigint, about bigint) returns void
language sql volatile as $$
  insert into public.access_alert (recipient_id, kind, cases, about_id, agency_id, made_at)
    select distinct u.id, told_kind,
      case when of_case is null then '{}'::bigint[] else array[of_case] end, about,
      (select a.agency_id from public.access_user a where a.id = about), statement_timestamp()
    from public.access_user u
    where u.id = any(people) and u.is_active and u.id is distinct from about
      and (of_case is null or not door.shut_out(u.id, of_case))
$$;

-- The session's own alerts, newest first; nothing of a case that they are shut out of. `cases` are
-- those that they may see; `subject` and `what` are theirs to read while they may see all of them.
create or replace function door.my_alerts(token text, as_user bigint, most integer)
returns table (alert_id bigint, kind text, cases bigint[], about text, agency text,
  made_at timestamptz, seen boolean, subject text, what text)
language plpgsql stable security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
  return query
  with mine as materialized (
    select a.* from public.access_alert a
    where a.recipient_id = door.who_acts(token, as_user)
      and not exists (select from unnest(a.cases) c where door.shut_out(a.recipient_id, c))
    order by a.made_at desc, a.id desc limit most
  ), open_to_me as materialized (
    select door.may_see(token, as_user, array(select distinct unnest(m.cases) from mine m)) as cases
  )
  select m.id, m.kind::text,
    array(select c from unnest(m.cases) c where c = any(o.cases) order by 1), u.name::text,
    g.name::text, m.made_at, m.seen_at is not null,
    case when m.cases <@ o.cases then m.subject::text else '' end,
    case when m.cases <@ o.cases then m.what::text else '' end
  from mine m cross join open_to_me o
    left join public.access_user u on u.id = m.about_id
    left join public.access_agency g on g.id = m.agency_id
  order by m.made_at desc, m.id desc;
end $$;

create or replace function door.unseen_alerts(token text, as_user bigint) returns integer
language sql stable security definer set search_path = pg_catalog, public as $$
  select count(*)::integer from public.access_alert a
  where a.recipient_id = door.who_acts(token, as_user) and a.seen_at is null
    and not exists (select from unnest(a.cases) c where door.shut_out(a.recipient_id, c))
$$;

-- Mark one's own as seen; null: all that were made until then.
create or replace function door.see_alerts(token text, as_user bigint, only_id bigint)
returns integer
language sql volatile security definer set search_path = pg_catalog, public as $$
  with seen as (
    update public.access_alert set seen_at = statement_timestamp()
    where recipient_id = door.who_acts(token, as_user) and seen_at is null
      and (only_id is null or id = only_id)
    returning 1)
  select count(*)::integer from seen
$$;

-- The address of somebody who has something unseen that no e-mail spoke of yet; the rows stay
-- locked until the transaction in which the e-mail is sent ends.
create or replace function door.unsent_alerts(of_recipient bigint, out address text, out ids bigint[])
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
  ids := array(
    select a.id from public.access_alert a
    where a.recipient_id = of_recipient and a.sent_at is null and a.seen_at is null
      and not exists (select from unnest(a.cases) c where door.shut_out(a.recipient_id, c))
    order by a.id for update);
  select u.email::text into address from public.access_user u
    where u.id = of_recipient and u.is_active and u.email <> '';
end $$;

create or replace function door.alerts_sent(of_ids bigint[]) returns void
language sql volatile security definer set search_path = pg_catalog, public as $$
  update public.access_alert set sent_at = statement_timestamp() where id = any(of_ids)
$$;

-- Every alert to somebody with an address brings its e-mail job, in the same transaction, whoever
-- made it: breakwater.access.alerts.jobs.tell_by_mail.
create or replace function door.mail_alert() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into public.procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args)
    select distinct 'default', 'breakwater.access.alerts.jobs.tell_by_mail', 0,
      'alert-mail:' || n.recipient_id, jsonb_build_object('recipient_id', n.recipient_id)
    from made n join public.access_user u on u.id = n.recipient_id
    where u.email <> '' and u.is_active
    on conflict do nothing;
  return null;
end $$;

revoke all on all functions in schema door from public;
grant execute on function
  door.my_alerts(text, bigint, integer), door.unseen_alerts(text, bigint),
  door.see_alerts(text, bigint, bigint), door.unsent_alerts(bigint), door.alerts_sent(bigint[])
  to breakwater_app;
