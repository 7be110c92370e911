-- Whom a deadline concerns: the rungs that a clock's definition names, as people.

-- What waits behind a clock's subject, as the referral, and whose it is. By ids.
create or replace function door.behind_clock(
  subject text, out referral bigint, out teams bigint[], out workers bigint[])
language plpgsql stable as $$
declare
  what text := split_part(subject, ':', 1);
  number bigint := substring(subject from ':([0-9]{1,18})$')::bigint;
  kinds text[] := null;
  only_team bigint := null;
begin
  if what = 'referral' then
    referral := number;
  elsif what = 'route' then
    select r.referral_id, r.team_id into referral, only_team
      from public.referrals_route r where r.id = number;
    kinds := array['work', 'refused work to settle'];
  elsif what = 'feedback' then
    select d.referral_id into referral from public.referrals_decision d where d.id = number;
    kinds := array['feedback to give'];
  elsif what = 'challenge' then
    select c.referral_id into referral from public.referrals_challenge c where c.id = number;
    kinds := array['challenged decision'];
  elsif what = 'glass' then
    select door.teams_of(g.user_id) into teams from public.access_glass g where g.id = number;
  end if;
  if what <> 'glass' or teams is null then
    select array_agg(distinct i.team_id),
        array_agg(distinct i.worker_id) filter (where i.worker_id is not null)
      into teams, workers
      from public.referrals_item i
      where i.referral_id = referral and i.done_at is null
        and (kinds is null and i.kind not in ('feedback to give', 'challenged decision')
          or i.kind = any(kinds))
        and (only_team is null or i.team_id = only_team);
    if only_team is not null then
      teams := array[only_team];
    end if;
  end if;
  workers := coalesce(workers, '{}');
end $$;

-- Of these people those who are at work, in a role that handles cases, and may see the case.
create or replace function door.may_be_told(people bigint[], of_case bigint) returns bigint[]
language sql stable as $$
  select coalesce(array_agg(distinct u.id), '{}')
  from public.access_user u
  where u.id = any(people) and u.is_active and door.may(u.id, 'claim')
    and (of_case is null or door.allowed(u.id, of_case))
$$;

-- The people of a rung, whether or not they may be told.
create or replace function door.rung(
  code text, teams bigint[], workers bigint[], of_case bigint) returns bigint[]
language sql stable as $$
  select coalesce(case code
    when 'worker' then workers
    when 'team' then
      array(select distinct p.user_id from door.posts() p where p.team_id = any(teams))
    when 'supervisor' then door.supervisors_of(teams)
    when 'manager' then
      array(select distinct p.user_id from door.posts() p where p.role = 'hub manager')
    when 'guardian' then door.guardians_of(of_case)
    when 'named' then
      array(select distinct g.user_id from door.grants() g
        where g.case_id = of_case and g.user_id is not null)
    when 'anybody' then array(select distinct p.user_id from door.posts() p)
  end, '{}')
$$;

-- Tell whoever a clock concerns: of each rung named those who may be told; nobody there: the next
-- rung up; above the manager who guards the case, then whoever may see it. Returns how many.
create or replace function door.tell_of_clock(
  told_kind text, codes text[], subject text, clock_name text, of_case bigint) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  ladder constant text[] :=
    array['worker', 'team', 'supervisor', 'manager', 'guardian', 'named', 'anybody'];
  behind record;
  chosen bigint[] := '{}';
  found_here bigint[];
  code text;
  step integer;
  told integer;
begin
  select * into behind from door.behind_clock(subject);
  if behind.teams is null then
    behind.teams := door.teams_on(of_case);
  end if;
  foreach code in array codes loop
    step := array_position(ladder, code);
    loop
      exit when step is null or step > cardinality(ladder);
      found_here := door.may_be_told(
        door.rung(ladder[step], behind.teams, behind.workers, of_case), of_case);
      exit when found_here <> '{}';
      step := step + 1;
    end loop;
    chosen := chosen || coalesce(found_here, '{}');
  end loop;
  insert into public.access_alert (recipient_id, kind, cases, made_at, subject, what)
    select distinct c, told_kind,
      case when of_case is null then '{}'::bigint[] else array[of_case] end, statement_timestamp(),
      coalesce('referral:' || behind.referral, ''), clock_name
    from unnest(chosen) c;
  get diagnostics told = row_count;
  return told;
end $$;

revoke all on function door.behind_clock(text), door.may_be_told(bigint[], bigint),
  door.rung(text, bigint[], bigint[], bigint),
  door.tell_of_clock(text, text[], text, text, bigint) from public;
grant execute on function door.tell_of_clock(text, text[], text, text, bigint) to breakwater_app;
