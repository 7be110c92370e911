-- The one door to cases. Who may see what is decided here, written down here, and only then shown.
--
-- door.look() decides, writes the ledger entry and hands out a capability: a secret number that is
-- good for 60 seconds. Row-level security shows a case to whoever holds a capability for it whose
-- entry is committed, so that no record is opened without a durable entry: by no page, no raw SQL
-- of the application's role, after no rollback, in no savepoint, on no connection used again.
--
-- Functions are the owner's (SECURITY DEFINER); web and worker may call those granted below and
-- can read neither grants nor exclusions. Run again whole by a migration when it changes.
--
-- pg_temp stands last in each search_path: unnamed it would be searched first, also before
-- pg_catalog, and a caller's temporary type `uuid` with a check would run code as the owner.
--
-- What a page asks again and again is plpgsql with a generic plan: planned once a connection, where
-- planning the policy anew each time costs ten times what it takes to answer. What is written in
-- `language sql` without more is planned as part of whoever calls it.

create schema if not exists door;

-- The owner of the tables may see everything anyway: it names whom it acts for (the demo's staff,
-- tests, commands) and needs no session. Asked by functions that run as the owner.
create or replace function door.is_owner() returns boolean
language sql stable as $$ select pg_has_role(session_user, current_user, 'USAGE') $$;

-- Whose live session it is: signed in, awake, with the second factor given; else null.
create or replace function door.who(token text) returns bigint
language plpgsql stable as $$
begin
  return (
    select s.user_id from public.access_session s join public.access_user u on u.id = s.user_id
    where s.session_key = encode(sha256(convert_to(token, 'UTF8')), 'hex')
      and s.may_work and u.is_active
      and s.expire_date > statement_timestamp() and s.idle_until > statement_timestamp());
end $$;

create or replace function door.who_acts(token text, as_user bigint) returns bigint
language plpgsql stable as $$
begin
  return case when token <> '' then door.who(token) when door.is_owner() then as_user end;
end $$;

-- What stands now: posts in teams, grants, and who is shut out of what. A start is inside, an end
-- outside.
create or replace function door.posts()
returns table (user_id bigint, team_id bigint, role text)
language sql stable as $$
  select m.user_id, m.team_id, m.role::text from public.access_membership m
  where m.starts <= statement_timestamp() and (m.ends is null or m.ends > statement_timestamp())
$$;

create or replace function door.grants()
returns table (case_id bigint, user_id bigint, team_id bigint, agency_id bigint, relation text)
language sql stable as $$
  select g.case_id, g.user_id, g.team_id, g.agency_id, g.relation::text from public.access_grant g
  where g.starts <= statement_timestamp() and (g.ends is null or g.ends > statement_timestamp())
$$;

create or replace function door.shut(person bigint) returns table (case_id bigint)
language sql stable as $$
  select x.case_id from public.access_exclusion x
  where x.user_id = person
    and x.starts <= statement_timestamp() and (x.ends is null or x.ends > statement_timestamp())
$$;

create or replace function door.roles(person bigint) returns table (team_id bigint, role text)
language sql stable as $$ select p.team_id, p.role from door.posts() p where p.user_id = person $$;

create or replace function door.may(person bigint, wanted text) returns boolean
language plpgsql stable as $$
begin
  return exists (
    select from door.roles(person) r join public.access_roleverb v on v.role = r.role
    where v.verb = wanted);
end $$;

-- Whether the person can never open the case: the suspect, kin, a declared conflict.
create or replace function door.shut_out(person bigint, of_case bigint) returns boolean
language plpgsql stable as $$
begin
  return exists (select from door.shut(person) s where s.case_id = of_case);
end $$;

-- THE POLICY: the cases that a person may see. tests/access/oracle.py says the same in plain words.
-- Each way is a query of its own, so that each has its index, however many grants there are.
create or replace function door.visible(person bigint) returns table (case_id bigint)
language sql stable as $$
  select way.case_id
  from (
      -- a grant reaches the person by name,
      select g.case_id, true as by_name, g.relation = 'is inspecting a sample' as sample
      from door.grants() g where g.user_id = person
    union all
      -- by their team,
      select g.case_id, false, false
      from door.roles(person) mine join door.grants() g on g.team_id = mine.team_id
    union all
      -- by their agency,
      select g.case_id, false, false
      from public.access_user u join door.grants() g on g.agency_id = u.agency_id
      where u.id = person
    union all
      -- or as supervisor of the team of whom it names for the work;
      select g.case_id, false, false
      from door.roles(person) mine join door.posts() theirs on theirs.team_id = mine.team_id
        join door.grants() g on g.user_id = theirs.user_id
      where mine.role in ('triage supervisor', 'team supervisor')
        and g.relation = 'was named for the case'
    ) way
    join public.access_case k on k.id = way.case_id
  where
    -- a restricted case is reached by name only,
    (way.by_name or not k.restricted)
    -- an inspector reaches the cases of a sample only,
    and (way.sample or not exists (select from door.roles(person) r where r.role = 'inspector'))
    -- and no exclusion stands, which beats every grant and broken glass.
    and not exists (select from door.shut(person) s where s.case_id = way.case_id)
$$;

create or replace function door.allowed(person bigint, wanted bigint) returns boolean
language plpgsql stable as $$
begin
  return exists (select from door.visible(person) v where v.case_id = wanted);
end $$;

-- Decide, write it down, and hand out the right to read those of `asked` that may be seen.
-- `verb` is what is written, `act` the verb of what it is for: the person's roles must have both.
-- Nothing seen: with `refusals` an entry that says so, under `act`; else nothing is written.
create or replace function door.look(
  token text, as_user bigint, asked bigint[], verb text, act text, subject text, purpose text,
  facts jsonb, refusals boolean, out capability uuid, out seen bigint[])
language plpgsql volatile security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  person bigint := door.who_acts(token, as_user);
begin
  -- Committed means on disk, whatever the caller set.
  perform set_config('synchronous_commit', 'on', true);
  seen := '{}';
  if person is not null and door.may(person, verb)
      and (act = verb or door.may(person, act)) then
    seen := array(
      select distinct v.case_id from door.visible(person) v where v.case_id = any(asked) order by 1);
  end if;
  if seen <> '{}' then
    capability := gen_random_uuid();
    insert into public.ledger_entry
        (at, actor, agency_id, verb, cases, subject, purpose, allowed, facts, capability)
      values (statement_timestamp(), 'user:' || person,
        (select u.agency_id from public.access_user u where u.id = person),
        -- What parts a capability opens is never the caller's to say.
        look.verb, seen, look.subject, look.purpose, true, look.facts - 'parts', capability);
  elsif refusals then
    insert into public.ledger_entry
        (at, actor, agency_id, verb, cases, subject, purpose, allowed, facts)
      values (statement_timestamp(), coalesce('user:' || person, 'nobody'),
        (select u.agency_id from public.access_user u where u.id = person), act,
        -- A case that is not there is not written down as one.
        array(select k.id from public.access_case k where k.id = any(asked) order by 1),
        look.subject, look.purpose, false, look.facts);
  end if;
end $$;

-- The right of the identity engine to compare everybody: match keys, profiles, links; no record.
-- A door or job of the hub opens it by name, a person by a verb of theirs.
create or replace function door.open_engine(
  token text, as_user bigint, name text, act text, subject text, purpose text)
returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person bigint := door.who_acts(token, as_user);
  opened uuid := gen_random_uuid();
begin
  perform set_config('synchronous_commit', 'on', true);
  if name like 'user:%' and (person is null or not door.may(person, act)) then
    return null;
  end if;
  insert into public.ledger_entry
      (at, actor, agency_id, verb, subject, purpose, allowed, facts, capability)
    values (statement_timestamp(), coalesce('user:' || person, name),
      (select u.agency_id from public.access_user u where u.id = person),
      'compare', subject, purpose, true, '{"engine": true}', opened);
  return opened;
end $$;

-- The entries behind the capabilities that this transaction holds: committed, and young enough.
create or replace function door.held() returns setof public.ledger_entry
language sql stable as $$
  select e.* from public.ledger_entry e
  where e.capability = any(
      string_to_array(nullif(current_setting('door.capabilities', true), ''), ',')::uuid[])
    and e.at > clock_timestamp() - interval '60 seconds'
    and e.xid is distinct from pg_current_xact_id_if_assigned()
$$;

-- The cases that this transaction may read. An exclusion bites at once, not after 60 seconds.
create or replace function door.held_cases() returns bigint[]
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  if coalesce(current_setting('door.capabilities', true), '') = '' then
    return '{}';
  end if;
  return (
    select coalesce(array_agg(distinct c), '{}')
    from door.held() e, unnest(e.cases) as c
    where not exists (
      select from door.shut(nullif(split_part(e.actor, 'user:', 2), '')::bigint) s
      where s.case_id = c));
end $$;

create or replace function door.engine() returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return exists (select from door.held() e where e.facts @> '{"engine": true}');
end $$;

-- What a capability opens beside cases: ids under a name, such as the requests that a partner answers
-- and the keys that seal them. Who holds those holds no case.
create or replace function door.held_parts(part text) returns bigint[]
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  if coalesce(current_setting('door.capabilities', true), '') = '' then
    return '{}';
  end if;
  return (
    select coalesce(array_agg(distinct i::bigint), '{}')
    from door.held() e, jsonb_array_elements_text(e.facts -> 'parts' -> part) as i
    -- Who is shut out of the case since then reads nothing more of it, at once.
    where not exists (
      select from jsonb_array_elements_text(coalesce(e.facts -> 'parts' -> 'of_cases', '[]')) c
        join door.shut(nullif(split_part(e.actor, 'user:', 2), '')::bigint) s
          on s.case_id = c::bigint));
end $$;

-- A case may be changed by who holds it or makes it in this very transaction.
create or replace function door.holds(wanted bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select door.is_owner() or wanted = any(door.held_cases()) or exists (
    select from public.access_case k
    where k.id = wanted and k.made_in = pg_current_xact_id_if_assigned())
$$;

-- Ids only, for lists: which of all cases the session's person may see.
create or replace function door.my_cases(token text, as_user bigint)
returns table (case_id bigint)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare person bigint := door.who_acts(token, as_user);
begin
  return query select distinct v.case_id from door.visible(person) v;
end $$;

create or replace function door.may_see(token text, as_user bigint, asked bigint[]) returns bigint[]
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare person bigint := door.who_acts(token, as_user);
begin
  return array(select distinct v.case_id from door.visible(person) v where v.case_id = any(asked));
end $$;

create or replace function door.may_know_of(token text, as_user bigint, asked bigint[])
returns bigint[]
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare person bigint := door.who_acts(token, as_user);
begin
  return array(
    select k.id from public.access_case k
    where k.id = any(asked) and not k.restricted
      and not exists (select from door.shut(person) s where s.case_id = k.id)
    union
    select v.case_id from door.visible(person) v where v.case_id = any(asked));
end $$;

-- Of cases that are not restricted: which agency holds each, for whoever must ask.
create or replace function door.who_to_ask(token text, as_user bigint, asked bigint[])
returns table (case_id bigint, agency text, contact text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct on (g.case_id) g.case_id, a.name::text, a.contact::text
  from public.access_grant g
    join public.access_case k on k.id = g.case_id
    join public.access_team t on t.id = g.team_id
    join public.access_agency a on a.id = t.agency_id
  where g.case_id = any(asked) and not k.restricted
    and not door.shut_out(door.who_acts(token, as_user), g.case_id)
    and g.starts <= statement_timestamp() and (g.ends is null or g.ends > statement_timestamp())
  order by g.case_id, g.starts desc, g.id desc
$$;

-- Of these cases those that a new worry may join.
create or replace function door.may_join(asked bigint[]) returns bigint[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select array(
    select k.id from public.access_case k
    where k.id = any(asked) and k.closed_at is null and not k.restricted)
$$;

create or replace function door.open_case(opened_at timestamptz) returns bigint
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into public.access_case (opened_at, restricted) values (opened_at, false) returning id
$$;

-- Let a team, agency or named person see a case: only who holds the case gives it on.
create or replace function door.give_grant(
  to_case bigint, to_team bigint, to_agency bigint, to_user bigint, relation text, purpose text,
  lawful_basis text, starts timestamptz, ends timestamptz) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare made bigint;
begin
  if not door.holds(to_case) then
    raise exception 'a grant is given by who holds the case' using errcode = 'BW002';
  end if;
  insert into public.access_grant
      (case_id, team_id, agency_id, user_id, relation, purpose, lawful_basis, starts, ends)
    values (to_case, to_team, to_agency, to_user, relation, purpose, lawful_basis, starts, ends)
    on conflict do nothing returning id into made;
  return made;
end $$;

-- Tell those who guard these cases, where they are restricted. Nothing comes back.
create or replace function door.tell_guards(
  told_kind text, of_cases bigint[], asker bigint, from_agency bigint)
returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into public.access_alert (recipient_id, kind, cases, about_id, agency_id, made_at)
    select g.user_id, told_kind, array_agg(distinct g.case_id), asker, from_agency,
      statement_timestamp()
    from public.access_grant g join public.access_case k on k.id = g.case_id
    where g.case_id = any(of_cases) and k.restricted and g.relation = 'guards the restricted case'
      and g.user_id is not null and g.user_id is distinct from asker
      and g.starts <= statement_timestamp() and (g.ends is null or g.ends > statement_timestamp())
    group by g.user_id
$$;

-- What decides who sees what leaves an entry, whoever changes it and however.
create or replace function door.note_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  now_is jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  if tg_op = 'UPDATE' and to_jsonb(old) = to_jsonb(new) then
    return new;
  end if;
  insert into public.ledger_entry (at, actor, verb, cases, subject, purpose, allowed, facts)
    values (statement_timestamp(), 'database', lower(tg_op) || '_' || tg_argv[0],
      case when now_is ? 'case_id' then array[(now_is ->> 'case_id')::bigint] else '{}' end,
      tg_argv[0] || ':' || (now_is ->> 'id'), '', true,
      jsonb_strip_nulls(jsonb_build_object(
        'user', now_is -> 'user_id', 'team', now_is -> 'team_id', 'agency', now_is -> 'agency_id',
        'role', now_is -> 'role', 'relation', now_is -> 'relation', 'why', now_is -> 'why',
        'starts', now_is -> 'starts', 'ends', now_is -> 'ends',
        'restricted', now_is -> 'restricted')));
  return case when tg_op = 'DELETE' then old else new end;
end $$;

-- A session that comes to life leaves an entry, however it does: made, given to somebody else, its
-- second factor given, its key changed, or woken after it had ended.
create or replace function door.note_session() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.may_work and new.user_id is not null and (
    tg_op = 'INSERT' or not old.may_work or old.user_id is distinct from new.user_id
    or old.session_key <> new.session_key
    or least(old.expire_date, old.idle_until) <= statement_timestamp()
  ) then
    insert into public.ledger_entry (at, actor, verb, subject, purpose, allowed, facts)
      values (statement_timestamp(), 'user:' || new.user_id, 'session_opened', '', '', true, '{}');
  end if;
  return new;
end $$;

do $$ begin
  create role breakwater_app nologin;
exception when duplicate_object or unique_violation then null;
end $$;

-- Who may call what. Functions are everybody's unless taken away.
revoke all on all functions in schema door from public;
grant usage on schema door to breakwater_app;
grant execute on function
  door.look(text, bigint, bigint[], text, text, text, text, jsonb, boolean),
  door.open_engine(text, bigint, text, text, text, text),
  door.held_cases(), door.held_parts(text), door.engine(), door.holds(bigint),
  door.my_cases(text, bigint), door.may_see(text, bigint, bigint[]),
  door.may_know_of(text, bigint, bigint[]),
  door.who_to_ask(text, bigint, bigint[]), door.may_join(bigint[]), door.open_case(timestamptz),
  door.give_grant(bigint, bigint, bigint, bigint, text, text, text, timestamptz, timestamptz),
  door.tell_guards(text, bigint[], bigint, bigint)
  to breakwater_app;
