-- Restricting a case to named people. Everything here is done by somebody who holds the case.

create or replace function door.is_restricted(of_case bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select coalesce((
    select k.restricted from public.access_case k where k.id = of_case and door.holds(of_case)), false)
$$;

-- Whether somebody's work reaches the case beyond an hour, a sample or a subject's request: who
-- broke the glass must not make their stay a lasting one.
create or replace function door.stays(person bigint, of_case bigint) returns boolean
language sql stable as $$
  select door.allowed(person, of_case) and exists (
    select from public.access_grant g join public.access_case k on k.id = g.case_id
    where g.case_id = of_case and g.ends is null and g.starts <= statement_timestamp()
      and (g.user_id = person or (not k.restricted and (
        g.team_id = any(door.teams_of(person))
        or g.agency_id = (select u.agency_id from public.access_user u where u.id = person)))))
$$;

-- Whether a person guards the case; where no guardian is left who may, whoever is named does.
create or replace function door.guards(person bigint, of_case bigint) returns boolean
language sql stable as $$
  select door.stays(person, of_case) and (
    person = any(door.guardians_of(of_case)) or not exists (
      select from unnest(door.guardians_of(of_case)) g
        join public.access_user u on u.id = g and u.is_active
      where not door.shut_out(g, of_case)))
$$;

-- Give a named person a lasting grant, once.
create or replace function door.name_person(of_case bigint, whom bigint, in_relation text)
returns void
language sql volatile as $$
  insert into public.access_grant (case_id, user_id, relation, purpose, lawful_basis, starts)
    select of_case, whom, in_relation, 'named for a restricted case', door.basis_of(whom),
      statement_timestamp()
    where not exists (
      select from public.access_grant g
      where g.case_id = of_case and g.user_id = whom and g.relation = in_relation
        and g.ends is null)
$$;

create or replace function door.rule(
  of_case bigint, what text, about bigint, reason text, person bigint) returns void
language sql volatile as $$
  insert into public.access_ruling (case_id, what, about_id, reason, ruled_by_id, ruled_at)
    values (of_case, what, about, reason, person, statement_timestamp())
$$;

-- What stands against naming somebody: '' when nothing does.
create or replace function door.unfit(whom bigint, of_case bigint) returns text
language sql stable as $$
  select case
    when not exists (select from public.access_user u where u.id = whom and u.is_active)
      or not door.may(whom, 'open_case') then 'nobody'
    when door.shut_out(whom, of_case) then 'shut out'
    else '' end
$$;

-- Outcomes of the following: '' done, 'refused' (not theirs to do), 'nobody' or 'shut out' (whom
-- they name), 'already', 'last guardian'.
create or replace function door.restrict(
  token text, as_user bigint, of_case bigint, why text, people bigint[]) returns text
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  sealed boolean;
  whom bigint;
begin
  select k.restricted into sealed from public.access_case k where k.id = of_case for update;
  if person is null or not door.may(person, 'restrict') or not door.holds(of_case)
      or not door.stays(person, of_case) then
    return 'refused';
  end if;
  if sealed then
    return 'already';
  end if;
  foreach whom in array people loop
    if door.unfit(whom, of_case) <> '' then
      return door.unfit(whom, of_case);
    end if;
  end loop;
  update public.access_case set restricted = true where id = of_case;
  -- An hour that somebody gave themself ends: the guardian names who stays.
  update public.access_grant set ends = statement_timestamp()
    where case_id = of_case and relation = 'broke the glass' and starts < statement_timestamp()
      and ends > statement_timestamp();
  perform door.name_person(of_case, person, 'guards the restricted case');
  perform door.rule(of_case, 'restricted the case', null, why, person);
  foreach whom in array people loop
    if whom <> person then
      perform door.name_person(of_case, whom, 'was named for the case');
      perform door.rule(of_case, 'named', whom, why, person);
    end if;
  end loop;
  return '';
end $$;

create or replace function door.name_for(
  token text, as_user bigint, of_case bigint, whom bigint, guarding boolean, why text)
returns text
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  sealed boolean;
  wrong text;
begin
  select k.restricted into sealed from public.access_case k where k.id = of_case for update;
  if person is null or not door.may(person, 'restrict') or not door.holds(of_case) or not sealed
      or not door.guards(person, of_case) then
    return 'refused';
  end if;
  wrong := door.unfit(whom, of_case);
  if wrong <> '' then
    return wrong;
  end if;
  if guarding and not door.may(whom, 'restrict') then
    return 'no guardian';
  end if;
  perform door.name_person(of_case, whom,
    case when guarding then 'guards the restricted case' else 'was named for the case' end);
  perform door.rule(of_case, case when guarding then 'made a guardian' else 'named' end, whom, why,
    person);
  return '';
end $$;

create or replace function door.unname(
  token text, as_user bigint, of_case bigint, whom bigint, why text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  sealed boolean;
begin
  select k.restricted into sealed from public.access_case k where k.id = of_case for update;
  if person is null or not door.may(person, 'restrict') or not door.holds(of_case) or not sealed
      or not door.guards(person, of_case) then
    return 'refused';
  end if;
  if whom = any(door.guardians_of(of_case)) and not exists (
      select from unnest(door.guardians_of(of_case)) g
        join public.access_user u on u.id = g and u.is_active
      where g <> whom and not door.shut_out(g, of_case)) then
    return 'last guardian';
  end if;
  update public.access_grant set ends = statement_timestamp()
    where case_id = of_case and user_id = whom and starts < statement_timestamp()
      and relation in ('guards the restricted case', 'was named for the case', 'broke the glass')
      and (ends is null or ends > statement_timestamp());
  if not found then
    return 'nobody';
  end if;
  perform door.rule(of_case, 'took off the list', whom, why, person);
  return '';
end $$;

create or replace function door.lift_restriction(
  token text, as_user bigint, of_case bigint, why text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  sealed boolean;
begin
  select k.restricted into sealed from public.access_case k where k.id = of_case for update;
  if person is null or not door.may(person, 'restrict') or not door.holds(of_case) or not sealed
      or not door.guards(person, of_case) then
    return 'refused';
  end if;
  update public.access_case set restricted = false where id = of_case;
  update public.access_grant set ends = statement_timestamp()
    where case_id = of_case and relation = 'guards the restricted case' and ends is null
      and starts < statement_timestamp();
  perform door.rule(of_case, 'lifted the restriction', null, why, person);
  return '';
end $$;

-- Who is reached by a standing grant of a case that is held.
create or replace function door.reached(of_case bigint)
returns table (user_id bigint, team_id bigint, name text, teams text, relation text,
  starts timestamptz, ends timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select u.id, t.id, coalesce(u.name, t.name, a.name)::text,
    case when u.id is null then '' else coalesce((
      select string_agg(distinct n.name, ', ') from door.roles(u.id) r
        join public.access_team n on n.id = r.team_id), '') end,
    g.relation::text, g.starts, g.ends
  from public.access_grant g
    left join public.access_user u on u.id = g.user_id
    left join public.access_team t on t.id = g.team_id
    left join public.access_agency a on a.id = g.agency_id
  where g.case_id = of_case and door.holds(of_case)
    and g.starts <= statement_timestamp() and (g.ends is null or g.ends > statement_timestamp())
  order by u.id is null, g.relation, 3
$$;

revoke all on all functions in schema door from public;
grant execute on function
  door.is_restricted(bigint), door.restrict(text, bigint, bigint, text, bigint[]),
  door.name_for(text, bigint, bigint, bigint, boolean, text),
  door.unname(text, bigint, bigint, bigint, text),
  door.lift_restriction(text, bigint, bigint, text), door.reached(bigint)
  to breakwater_app;
