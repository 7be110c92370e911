-- What the worker needs to send and to ask after requests, with no case open: addresses, references,
-- times. And what a person needs to know of without reading it: what waits for their signature, and
-- that there is an answer for police eyes only.

-- The mailbox and the reference of what was not sent yet and is still awaited; locked until the mail
-- is. Nothing where the team has no mailbox.
create or replace function door.unsent_request(of_reminder bigint)
returns table (mailbox text, reference text)
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  select t.mailbox::text, r.reference::text
  from public.sharing_reminder m
    join public.sharing_request r on r.id = m.request_id
    join public.access_team t on t.id = r.team_id
  where m.id = of_reminder and m.sent_at is null and t.mailbox <> ''
    and r.standing in ('waits for an answer', 'to be asked by phone')
  for update of m
$$;

create or replace function door.request_sent(of_reminder bigint) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  update public.sharing_reminder set sent_at = statement_timestamp()
  where id = of_reminder and sent_at is null
$$;

-- Requests whose answer is late, those that nobody asked after for longest first; locked, and a second
-- worker passes over them. `asker_there`: whoever asked is at work and may see the case.
create or replace function door.late_requests(most integer, most_reminders integer)
returns table (id bigint, case_id bigint, referral_id bigint, team_id bigint, reference text,
  by_phone boolean, due_at timestamptz, number integer, last_at timestamptz, asked_by bigint,
  asker_there boolean)
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  select r.id, r.case_id, r.referral_id, r.team_id, r.reference::text,
    r.standing = 'to be asked by phone', r.due_at, m.number, m.last_at, r.asked_by_id,
    exists (select from public.access_user u where u.id = r.asked_by_id and u.is_active)
      and door.allowed(r.asked_by_id, r.case_id)
  from public.sharing_request r
    cross join lateral (
      select coalesce(max(m.number), 0)::integer as number,
        max(m.made_at) filter (where m.number > 0) as last_at
      from public.sharing_reminder m where m.request_id = r.id) m
  where r.standing in ('waits for an answer', 'to be asked by phone')
    and r.due_at <= statement_timestamp() and m.number < most_reminders
  order by coalesce(m.last_at, r.due_at), r.id
  limit most
  for update of r skip locked
$$;

-- What waits for somebody's signature: ids of requests and disclosures of cases that they may see,
-- nothing that they asked for themselves.
create or replace function door.waits_for_signature(token text, as_user bigint)
returns table (part text, id bigint, case_id bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare person bigint := door.who_acts(token, as_user);
begin
  if not door.may(person, 'sign_override') then return; end if;
  return query
    select 'requests', r.id, r.case_id from public.sharing_request r
    where r.standing = 'waits for a signature' and r.asked_by_id <> person
      and door.allowed(person, r.case_id)
    union all
    select 'disclosures', d.id, d.case_id from public.sharing_disclosure d
    where d.standing = 'waits for a signature' and d.request_id is null
      and d.sent_by_id <> person and door.allowed(person, d.case_id);
end $$;

-- Of the cases that this transaction holds: answers that are for police eyes only, where whoever
-- holds them is not of the police. When, and nothing of what.
create or replace function door.answers_for_police(of_requests bigint[])
returns table (request_id bigint, answered_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select a.request_id, a.answered_at from public.sharing_answer a
  where a.request_id = any(of_requests) and a.case_id = any((select door.held_cases())::bigint[])
    and 'police eyes only' = any(a.handling) and not (select door.held_by_police())
$$;

revoke all on all functions in schema door from public;
grant execute on function
  door.unsent_request(bigint), door.request_sent(bigint), door.late_requests(integer, integer),
  door.waits_for_signature(text, bigint), door.answers_for_police(bigint[])
  to breakwater_app;
