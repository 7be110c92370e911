-- What the worker needs to remind a team of a recall or correction, with no case open to it: ids,
-- a reference and times.

-- What was taken back and nobody has confirmed, the longest ago first; locked, and a second worker
-- passes over it. `last_at`: when they were told last.
create or replace function door.unconfirmed_notices(most integer)
returns table (id bigint, case_id bigint, team_id bigint, reference text, last_at timestamptz)
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  select d.id, d.case_id, d.team_id, d.reference::text, coalesce(d.reminded_at, d.ended_at)
  from public.sharing_disclosure d
  where d.standing in ('recalled', 'corrected by a later version') and d.confirmed_at is null
  order by coalesce(d.reminded_at, d.ended_at), d.id
  limit most
  for update of d skip locked
$$;

create or replace function door.notice_reminded(paper bigint, at timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  update public.sharing_disclosure d set reminded_at = notice_reminded.at
  where d.id = paper and d.confirmed_at is null
    and d.standing in ('recalled', 'corrected by a later version')
$$;

revoke all on all functions in schema door from public;
grant execute on function
  door.unconfirmed_notices(integer), door.notice_reminded(bigint, timestamptz)
  to breakwater_app;
