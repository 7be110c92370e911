-- What waits for whom: the boards' look-up, and the promise that nothing is out of sight.

-- The items on the boards of somebody's teams that they may see, most urgent first, and how many.
-- `wanted` narrows: {"kind": ..., "team": id, "mine": true, "unclaimed": true, "late": true}.
create or replace function door.board(
  token text, as_user bigint, wanted jsonb, skip integer, most integer)
returns table (item_id bigint, referral_id bigint, case_id bigint, total bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person bigint := door.who_acts(token, as_user);
  teams bigint[] := array(select r.team_id from door.roles(person) r);
  -- Few cases are restricted, and fewer shut somebody out: looked up once, not row by row.
  restricted bigint[] := array(
    select k.id from public.access_case k
    where k.restricted and (k.closed_at is null
      -- Feedback or a challenge may wait when the case is closed already.
      or exists (select from public.referrals_item w
        where w.case_id = k.id and w.done_at is null)));
  named bigint[] := array(
    select k from unnest(restricted) k where door.allowed(person, k));
  hidden bigint[] := array(
    select k from unnest(restricted) k where k <> all(named)
    union select s.case_id from door.shut(person) s);
begin
  return query
    select i.id, i.referral_id, i.case_id, count(*) over ()
    from public.referrals_item i
    where i.done_at is null and i.case_id <> all(hidden)
      -- Of a restricted case whoever is named sees it, whichever team it waits for.
      and (i.team_id = any(teams) or i.case_id = any(named))
      and (wanted->>'team' is null or i.team_id = (wanted->>'team')::bigint)
      and (wanted->>'kind' is null or i.kind = wanted->>'kind')
      and (wanted->>'mine' is null or i.worker_id = person)
      and (wanted->>'unclaimed' is null or i.worker_id is null)
      and (wanted->>'late' is null or i.due_at < statement_timestamp())
    order by i.urgent desc, i.due_at asc nulls last, i.id
    offset skip limit most;
end $$;

-- The referral and case of an item: ids.
create or replace function door.item_place(item bigint)
returns table (referral_id bigint, case_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select i.referral_id, i.case_id from public.referrals_item i where i.id = item
$$;

-- Who is at work on a case, for a new worry about the same child: only what is open to the hub as
-- a whole, and only somebody who is still there and may see it. By ids.
create or replace function door.allocated(cases bigint[])
returns table (case_id bigint, team_id bigint, worker_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct on (i.case_id) i.case_id, i.team_id, i.worker_id
  from public.referrals_item i
    join public.access_case k on k.id = i.case_id and not k.restricted and k.closed_at is null
    join public.access_user u on u.id = i.worker_id and u.is_active
  where i.case_id = any(cases) and i.done_at is null and i.kind = 'work'
    and exists (select from door.posts() p where p.user_id = i.worker_id and p.team_id = i.team_id)
    and not door.shut_out(i.worker_id, i.case_id)
  order by i.case_id, i.since desc, i.id desc
$$;

-- An open referral always waits on some board. Asked when the transaction commits.
create or replace function door.must_wait_somewhere() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  of_referral bigint := case when tg_table_name = 'referrals_item'
    then (to_jsonb(coalesce(new, old))->>'referral_id')::bigint
    else (to_jsonb(new)->>'id')::bigint end;
begin
  if exists (select from public.referrals_referral r where r.id = of_referral
      and r.state not in ('decided, no further action', 'decided, another area has it')
      and not exists (select from public.referrals_item i
        where i.referral_id = of_referral and i.done_at is null))
  then
    raise exception 'referral % would wait on no board', of_referral using errcode = 'BW004';
  end if;
  return null;
end $$;

revoke all on function door.board(text, bigint, jsonb, integer, integer),
  door.item_place(bigint), door.allocated(bigint[]), door.must_wait_somewhere() from public;
grant execute on function door.board(text, bigint, jsonb, integer, integer),
  door.item_place(bigint), door.allocated(bigint[]) to breakwater_app;
