-- Conflicts of interest: who is kept out of which case, whatever they were granted.

-- Naming one's family and a new worry may happen at the same moment, and neither sees the other's
-- rows: who names family waits until running intakes are done, and the next ones wait for it.
create or replace function door.one_meets_the_other(naming boolean) returns void
language plpgsql volatile as $$
begin
  if naming then
    perform pg_advisory_xact_lock(hashtext('door.kin'));
  else
    perform pg_advisory_xact_lock_shared(hashtext('door.kin'));
  end if;
end $$;

-- Every (case, birth date, name) that was told and belongs to a staff member's family: in neither
-- order does one come too late. A supervisor's lifting stands.
create or replace function door.shut_out_where_they_meet(of_cases bigint[], of_kin bigint[])
returns integer
language sql volatile as $$
  with shut as (
    insert into public.access_exclusion (case_id, user_id, why, starts)
      select distinct on (t.case_id, k.user_id) t.case_id, k.user_id,
        case k.kinship when 'myself' then 'has the name and birth date of somebody in the case'
          else 'somebody in the case has the name and birth date of a family member' end,
        statement_timestamp()
      from public.access_told t join public.access_kin k on k.born = t.born and k.folded = t.folded
      where (t.case_id = any(of_cases) or k.id = any(of_kin))
        and not exists (
          select from public.access_ruling r
          where r.case_id = t.case_id and r.about_id = k.user_id
            and r.what = 'let somebody in again')
      order by t.case_id, k.user_id, k.kinship <> 'myself'
      on conflict do nothing
      returning 1)
  select count(*)::integer from shut
$$;

-- Shut out whoever has the name and birth date of somebody told of in the case, or whose family
-- does. `born` and `folded` are pairs; they are kept, for whoever names their family later.
create or replace function door.shut_out_kin(of_case bigint, born date[], folded text[])
returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
  perform door.one_meets_the_other(false);
  insert into public.access_told (case_id, born, folded)
    select distinct of_case, told.born, told.folded
    from unnest(shut_out_kin.born, shut_out_kin.folded) as told (born, folded)
    on conflict do nothing;
  return door.shut_out_where_they_meet(array[of_case], '{}');
end $$;

-- A staff member names themself or somebody of their family. Nothing tells where it met somebody.
create or replace function door.add_kin(
  token text, as_user bigint, kinship text, given text, family text, born date, folded text)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  made bigint;
begin
  if person is null or not door.may(person, 'declare_conflict') then
    return false;
  end if;
  perform door.one_meets_the_other(true);
  insert into public.access_kin (user_id, kinship, given, family, born, folded)
    values (person, kinship, given, family, born, folded) returning id into made;
  perform door.shut_out_where_they_meet('{}', array[made]);
  return true;
end $$;

-- What was shut stays shut: a supervisor lifts it.
create or replace function door.remove_kin(token text, as_user bigint, of_kin bigint)
returns boolean
language sql volatile security definer set search_path = pg_catalog, public as $$
  with gone as (
    delete from public.access_kin
    where id = of_kin and user_id = door.who_acts(token, as_user) returning 1)
  select exists (select from gone)
$$;

create or replace function door.my_kin(token text, as_user bigint)
returns table (kin_id bigint, kinship text, given text, family text, born date)
language sql stable security definer set search_path = pg_catalog, public as $$
  select k.id, k.kinship::text, k.given::text, k.family::text, k.born from public.access_kin k
  where k.user_id = door.who_acts(token, as_user) order by k.kinship <> 'myself', k.id
$$;

create or replace function door.shut(of_case bigint, whom bigint, because text, person bigint)
returns boolean
language sql volatile as $$
  with made as (
    insert into public.access_exclusion (case_id, user_id, why, set_by_id, starts)
      values (of_case, whom, because, person, statement_timestamp())
      on conflict do nothing returning 1)
  select exists (select from made)
$$;

-- Whom a person hands a case over to: who supervises the teams on it, else their own; by name.
create or replace function door.hand_over_to(token text, as_user bigint, of_case bigint)
returns table (name text, team text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct u.name::text, t.name::text
  from door.who_acts(token, as_user) person
    join public.access_team t
      on t.id = any(door.teams_on(of_case)) or t.id = any(door.teams_of(person))
    join public.access_user u
      on u.id = any(door.supervisors_of(array[t.id])) and u.id <> person
  where door.holds(of_case) and not door.shut_out(u.id, of_case)
  order by 1, 2
$$;

-- "I know this family": the case closes to whoever says so, at once.
create or replace function door.declare_conflict(token text, as_user bigint, of_case bigint)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
begin
  if person is null or not door.may(person, 'declare_conflict') or not door.holds(of_case)
      or not door.allowed(person, of_case) then
    return false;
  end if;
  perform door.shut(of_case, person, 'declared a conflict', person);
  perform door.tell('somebody can no longer work on a case: they know the family',
    door.supervisors_of(door.teams_on(of_case) || door.teams_of(person))
      || door.guardians_of(of_case), of_case, person);
  return true;
end $$;

-- Whether a person supervises another; never themself.
create or replace function door.supervises(person bigint, other bigint) returns boolean
language sql stable as $$
  select person <> other and person = any(door.supervisors_of(door.teams_of(other)))
$$;

-- A supervisor keeps somebody of their team out of a case. Outcomes: '' done, 'refused', 'already'.
create or replace function door.keep_out(
  token text, as_user bigint, of_case bigint, whom bigint, why text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
begin
  if person is null or not door.holds(of_case) or not door.stays(person, of_case)
      or not door.supervises(person, whom) then
    return 'refused';
  end if;
  if not door.shut(of_case, whom, 'was named as being in conflict', person) then
    return 'already';
  end if;
  perform door.rule(of_case, 'kept somebody out', whom, why, person);
  return '';
end $$;

-- A supervisor lets somebody of their team in again.
create or replace function door.let_in(
  token text, as_user bigint, of_case bigint, whom bigint, why text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
begin
  if person is null or not door.holds(of_case) or not door.stays(person, of_case)
      or not door.supervises(person, whom) then
    return 'refused';
  end if;
  update public.access_exclusion set ends = statement_timestamp()
    where case_id = of_case and user_id = whom and ends is null;
  if not found then
    return 'already';
  end if;
  perform door.rule(of_case, 'let somebody in again', whom, why, person);
  return '';
end $$;

-- Who of the session's own people is kept out of a case that is held.
create or replace function door.kept_out(token text, as_user bigint, of_case bigint)
returns table (user_id bigint, name text, why text, set_by text, starts timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select u.id, u.name::text, x.why::text, b.name::text, x.starts
  from public.access_exclusion x join public.access_user u on u.id = x.user_id
    left join public.access_user b on b.id = x.set_by_id
  where x.case_id = of_case and door.holds(of_case)
    and (x.ends is null or x.ends > statement_timestamp())
    and door.supervises(door.who_acts(token, as_user), x.user_id)
  order by u.name, u.id
$$;

-- The session's own people: whom they supervise.
create or replace function door.my_people(token text, as_user bigint)
returns table (user_id bigint, name text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct u.id, u.name::text
  from public.access_membership m join public.access_user u on u.id = m.user_id and u.is_active
  where m.starts <= statement_timestamp() and (m.ends is null or m.ends > statement_timestamp())
    and door.supervises(door.who_acts(token, as_user), m.user_id)
  order by 2, 1
$$;

revoke all on all functions in schema door from public;
grant execute on function
  door.shut_out_kin(bigint, date[], text[]),
  door.add_kin(text, bigint, text, text, text, date, text),
  door.remove_kin(text, bigint, bigint), door.my_kin(text, bigint),
  door.hand_over_to(text, bigint, bigint), door.declare_conflict(text, bigint, bigint),
  door.keep_out(text, bigint, bigint, bigint, text),
  door.let_in(text, bigint, bigint, bigint, text), door.kept_out(text, bigint, bigint),
  door.my_people(text, bigint)
  to breakwater_app;
