-- What waits for whom: where an item is, who has a case, the promise that nothing is out of sight.
-- What a board shows: board/board.sql.

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

-- Whether somebody may open a case: only who holds it is told.
create or replace function door.colleague_may(colleague bigint, of_case bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(door.holds(of_case) and door.allowed(colleague, of_case), false)
$$;

-- An open referral always waits on some board, for more than to be told of or argued about. Asked
-- when the transaction commits.
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
        where i.referral_id = of_referral and i.done_at is null
          and i.kind not in ('feedback to give', 'challenged decision')))
  then
    raise exception 'referral % would wait on no board', of_referral using errcode = 'BW004';
  end if;
  return null;
end $$;

revoke all on function door.item_place(bigint), door.allocated(bigint[]),
  door.colleague_may(bigint, bigint), door.must_wait_somewhere() from public;
grant execute on function door.item_place(bigint), door.allocated(bigint[]),
  door.colleague_may(bigint, bigint) to breakwater_app;
