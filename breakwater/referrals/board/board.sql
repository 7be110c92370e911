-- What the boards show: ids of what waits for somebody's teams and may be seen by them, no more.
-- Filters are applied in here, to what may be seen, so that none tells of a hidden case.

-- What an item is filtered by, told by its case and referral. The row of the case is locked
-- against being restricted in between: whoever restricts it waits, and then finds the item.
create or replace function door.fill_in_item() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  select k.restricted into new.restricted from public.access_case k
    where k.id = new.case_id for share;
  select array_prepend(r.category, r.also), r.channel into new.categories, new.channel
    from public.referrals_referral r where r.id = new.referral_id;
  new.rating := coalesce((
    select d.rating from public.referrals_rated d where d.referral_id = new.referral_id
    order by d.rated_at desc, d.id desc limit 1), '');
  return new;
end $$;

create or replace function door.case_restricted() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update public.referrals_item i set restricted = new.restricted
    where i.case_id = new.id and i.done_at is null;
  return null;
end $$;

create or replace function door.referral_rated() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update public.referrals_item i set rating = new.rating
    where i.referral_id = new.referral_id and i.done_at is null;
  return null;
end $$;

-- Whether an item is wanted. Planned as part of whoever asks, so that what is not asked for costs
-- nothing. `soon` is the moment that `wanted` names: now, or the end of the day.
create or replace function door.fits(
  wanted jsonb, person bigint, soon timestamptz, kind text, worker bigint, urgent boolean,
  due_at timestamptz, categories varchar[], channel text, rating text) returns boolean
language sql stable as $$
  select (wanted->>'kind' is null or kind = wanted->>'kind')
    and (wanted->>'mine' is null or worker = person)
    and (wanted->>'worker' is null or worker = (wanted->>'worker')::bigint)
    and (wanted->>'unclaimed' is null or worker is null)
    and (wanted->>'danger' is null or urgent)
    and (soon is null or due_at < soon)
    and (wanted->>'rating' is null or rating = wanted->>'rating')
    and (wanted->>'channel' is null or channel = wanted->>'channel')
    and (wanted->>'category' is null or wanted->>'category' = any(categories))
$$;

-- Whose board it is: their teams as `wanted` narrows them, and those of them that triage;
-- restricted cases for which they are named; cases that they are shut out of.
create or replace function door.reader(
  token text, as_user bigint, wanted jsonb, out person bigint, out teams bigint[],
  out triages bigint[], out named bigint[], out shut bigint[], out soon timestamptz)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  person := door.who_acts(token, as_user);
  teams := '{}';
  triages := '{}';
  named := '{}';
  shut := '{}';
  soon := case wanted->>'due' when 'late' then statement_timestamp() when 'today' then
    ((statement_timestamp() at time zone 'Europe/London')::date + 1) at time zone 'Europe/London'
    end;
  if person is null or not door.may(person, 'see_board') then return; end if;
  teams := array(select distinct r.team_id from door.roles(person) r);
  triages := array(
    select t.id from public.access_team t where t.id = any(teams) and t.kind = 'triage');
  -- What went straight to a worker waits for other teams than the reader's.
  teams := case when wanted->>'straight' is not null then '{}'
    when wanted->>'team' is not null then array(
      select t from unnest(teams) t where t = (wanted->>'team')::bigint)
    else teams end;
  -- A restricted case is reached by name only: of those that name this person, the few that are.
  named := array(
    select distinct g.case_id from door.grants() g join public.access_case k on k.id = g.case_id
    where g.user_id = person and k.restricted and door.allowed(person, g.case_id));
  shut := array(select s.case_id from door.shut(person) s);
end $$;

-- What waits for one team.
create or replace function door.of_team(
  wanted jsonb, person bigint, team bigint, shut bigint[], soon timestamptz)
returns table (id bigint, referral_id bigint, case_id bigint, worker_id bigint, urgent boolean,
  due_at timestamptz)
language sql stable as $$
  select i.id, i.referral_id, i.case_id, i.worker_id, i.urgent, i.due_at
    from public.referrals_item i
    where i.done_at is null and not i.restricted and i.team_id = team and i.case_id <> all(shut)
      and door.fits(wanted, person, soon, i.kind, i.worker_id, i.urgent, i.due_at, i.categories,
        i.channel, i.rating)
$$;

-- What somebody sees beside their teams' own. Of a restricted case whoever is named sees it,
-- whichever team it waits for; triage sees what went past it straight to a worker.
create or replace function door.beside_teams(
  wanted jsonb, person bigint, triages bigint[], named bigint[], shut bigint[], soon timestamptz)
returns table (id bigint, referral_id bigint, case_id bigint, worker_id bigint, urgent boolean,
  due_at timestamptz)
language sql stable as $$
  select i.id, i.referral_id, i.case_id, i.worker_id, i.urgent, i.due_at
    from public.referrals_item i
    where i.done_at is null and i.restricted and i.case_id = any(named)
      and (wanted->>'straight' is null or i.kind = 'new worry about a case of yours')
      and (wanted->>'team' is null or i.team_id = (wanted->>'team')::bigint)
      and door.fits(wanted, person, soon, i.kind, i.worker_id, i.urgent, i.due_at, i.categories,
        i.channel, i.rating)
  union all
  select i.id, i.referral_id, i.case_id, i.worker_id, i.urgent, i.due_at
    from public.referrals_item i
    where wanted->>'straight' is not null and i.done_at is null and not i.restricted
      and i.kind = 'new worry about a case of yours' and i.case_id <> all(shut)
      and exists (select from door.grants() g
        where g.case_id = i.case_id and g.team_id = any(triages))
      and door.fits(wanted, person, soon, i.kind, i.worker_id, i.urgent, i.due_at, i.categories,
        i.channel, i.rating)
$$;

-- A page of a board, most urgent first.
-- `wanted` narrows: {"team": id, "kind": ..., "mine": true, "worker": id, "unclaimed": true,
-- "danger": true, "due": "late" or "today", "rating", "channel", "category", "straight": true}.
-- Planned anew each time with what is wanted: what is not wanted falls out of the plan. Of each
-- team as much is read from its index as the page needs.
create or replace function door.board(
  token text, as_user bigint, wanted jsonb, skip integer, most integer)
returns table (item_id bigint, referral_id bigint, case_id bigint)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  me record;
begin
  select * into me from door.reader(token, as_user, wanted);
  return query
    select p.id, p.referral_id, p.case_id
    from (
      select o.* from unnest(me.teams) t cross join lateral (
        select b.id, b.referral_id, b.case_id, b.urgent, b.due_at
        from door.of_team(wanted, me.person, t, me.shut, me.soon) b
        order by b.urgent desc, b.due_at asc nulls last, b.id limit skip + most) o
      union all
      select b.id, b.referral_id, b.case_id, b.urgent, b.due_at
      from door.beside_teams(wanted, me.person, me.triages, me.named, me.shut, me.soon) b
    ) p
    order by p.urgent desc, p.due_at asc nulls last, p.id
    offset skip limit most;
end $$;

-- How much there is on a board, the newest, a mark that changes whenever something comes, goes, or
-- falls into other hands; and how many came after `after`: whether it still is as it was.
create or replace function door.board_news(
  token text, as_user bigint, wanted jsonb, after bigint)
returns table (total bigint, newest bigint, mark bigint, fresh bigint)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  me record;
begin
  select * into me from door.reader(token, as_user, wanted);
  return query
    select count(*), coalesce(max(b.id), 0),
      coalesce(bit_xor(hashint8extended(b.id, coalesce(b.worker_id, 0))), 0),
      count(*) filter (where b.id > after)
    from (
      select o.* from unnest(me.teams) t,
        lateral door.of_team(wanted, me.person, t, me.shut, me.soon) o
      union all
      select * from door.beside_teams(wanted, me.person, me.triages, me.named, me.shut, me.soon)
    ) b;
end $$;

-- What waits for a colleague who is away, on the boards of teams that the asker supervises, as far
-- as the asker may see it: ids, and whether `heir` (null: the team) may see it too.
create or replace function door.waits_for(
  token text, as_user bigint, away bigint, heir bigint)
returns table (item_id bigint, case_id bigint, heir_sees boolean)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  person bigint := door.who_acts(token, as_user);
begin
  return query
    select i.id, i.case_id, heir is null or door.allowed(heir, i.case_id)
    from public.referrals_item i
    where i.done_at is null and i.worker_id = away
      and i.team_id in (
        select r.team_id from door.roles(person) r join public.access_roleverb v
          on v.role = r.role and v.verb = 'hand_over_all')
      and (heir is null or i.team_id in (select p.team_id from door.roles(heir) p))
      and door.allowed(person, i.case_id)
    order by i.urgent desc, i.due_at asc nulls last, i.id;
end $$;

-- Functions are everybody's unless taken away; these are for those above alone.
revoke all on function door.fill_in_item(), door.case_restricted(), door.referral_rated(),
  door.fits(jsonb, bigint, timestamptz, text, bigint, boolean, timestamptz, varchar[], text, text),
  door.reader(text, bigint, jsonb), door.of_team(jsonb, bigint, bigint, bigint[], timestamptz),
  door.beside_teams(jsonb, bigint, bigint[], bigint[], bigint[], timestamptz),
  door.board(text, bigint, jsonb, integer, integer),
  door.board_news(text, bigint, jsonb, bigint),
  door.waits_for(text, bigint, bigint, bigint) from public;
grant execute on function door.board(text, bigint, jsonb, integer, integer),
  door.board_news(text, bigint, jsonb, bigint),
  door.waits_for(text, bigint, bigint, bigint) to breakwater_app;
