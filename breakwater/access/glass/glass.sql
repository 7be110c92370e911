-- Opening a case in an emergency. One person opens a case that is not restricted, for an hour; two
-- open a restricted one. What is not there, what is restricted and what somebody is shut out of
-- get the same row, the same entry and the same answer.

-- Knobs; glass/rules.py says the same, with their sources, and a test holds them equal.
create or replace function door.glass_lasts() returns interval
language sql immutable as $$ select interval '60 minutes' $$;

create or replace function door.glass_lapses() returns interval
language sql immutable as $$ select interval '12 hours' $$;

-- The lawful basis on which a person gets a case, by their teams: rules.basis_for.
create or replace function door.basis_of(person bigint) returns text
language sql stable as $$
  select case when exists (
      select from door.roles(person) r join public.access_team t on t.id = r.team_id
      where t.kind in ('polit', 'cse', 'cait'))
    then 'DPA 2018 Part 3'
    else 'UK GDPR Art. 6(1)(e) with Art. 9(2)(g); DPA 2018 Sch. 1 para. 18' end
$$;

-- Who is told when a case is opened: those whose case it is, and the person's own supervisors.
create or replace function door.tell_opened(of_case bigint, person bigint, also_tell bigint[])
returns void
language sql volatile as $$
  select door.tell('somebody opened a case in an emergency',
    door.supervisors_of(door.teams_on(of_case) || door.teams_of(person))
      || door.guardians_of(of_case)
      || array(
        select u from unnest(also_tell) u
        where exists (select from door.visible(u) v where v.case_id = of_case)),
    of_case, person)
$$;

-- The hour begins: the grant, the row that says so, and who is told.
create or replace function door.open_glass(of_glass bigint, also_tell bigint[]) returns void
language plpgsql volatile as $$
declare
  g public.access_glass;
  given bigint;
  now_is timestamptz := statement_timestamp();
begin
  select * into strict g from public.access_glass where id = of_glass;
  insert into public.access_grant (case_id, user_id, relation, purpose, lawful_basis, starts, ends)
    values (g.case_id, g.user_id, 'broke the glass', g.purpose, door.basis_of(g.user_id), now_is,
      now_is + door.glass_lasts())
    returning id into given;
  insert into public.access_glassopening (glass_id, grant_id, opened_at, ends_at)
    values (of_glass, given, now_is, now_is + door.glass_lasts());
  perform door.tell_opened(g.case_id, g.user_id, also_tell);
end $$;

create or replace function door.write_down_glass(
  person bigint, verb text, of_case bigint, of_glass bigint, purpose text, allowed boolean,
  facts jsonb) returns void
language sql volatile as $$
  insert into public.ledger_entry
      (at, actor, agency_id, verb, cases, subject, purpose, allowed, facts)
    values (statement_timestamp(), coalesce('user:' || person, 'nobody'),
      (select u.agency_id from public.access_user u where u.id = person), verb,
      case when of_case is null then '{}'::bigint[] else array[of_case] end,
      coalesce('glass:' || of_glass, ''), purpose, allowed, facts)
$$;

-- Outcomes: 'refused' (the role may not), 'open' (it is open to them anyway), 'opened' (for an
-- hour), 'asked' (everything else, and nobody learns what).
create or replace function door.break_glass(
  token text, as_user bigint, wanted bigint, called text, purpose text, reason text,
  also_tell bigint[], out glass bigint, out outcome text)
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  there bigint;
  sealed boolean;
  shut boolean;
begin
  perform set_config('synchronous_commit', 'on', true);
  select k.id, k.restricted into there, sealed from public.access_case k where k.id = wanted;
  if person is null or not door.may(person, 'break_glass') then
    perform door.write_down_glass(person, 'break_glass', there, null, purpose, false, '{}');
    outcome := 'refused';
    return;
  end if;
  if door.allowed(person, wanted) then
    outcome := 'open';
    return;
  end if;
  shut := door.shut_out(person, wanted);
  insert into public.access_glass (case_id, called, user_id, purpose, reason, asked_at)
    values (case when shut then null else there end, called, person, purpose, reason,
      statement_timestamp())
    returning id into glass;
  outcome := case when there is not null and not shut and not sealed then 'opened' else 'asked' end;
  perform door.write_down_glass(person,
    case outcome when 'opened' then 'break_glass' else 'ask_glass' end, there, glass, purpose,
    there is not null and not shut, '{}');
  if outcome = 'opened' then
    perform door.open_glass(glass, also_tell);
  else
    -- What is there took a little more work than what is not: all of them answer at the same time.
    perform pg_sleep_until(statement_timestamp() + interval '100 milliseconds');
  end if;
end $$;

-- The worker tells those who may agree; of what is not there it tells nobody.
create or replace function door.tell_who_may_agree(of_glass bigint) returns void
language sql volatile security definer set search_path = pg_catalog, public as $$
  select door.tell('somebody asks to open a restricted case',
    door.guardians_of(g.case_id) || array(
      select m.user_id from public.access_membership m
        join public.access_roleverb v on v.role = m.role and v.verb = 'agree_glass'
        join public.access_team t on t.id = m.team_id
      where m.starts <= statement_timestamp()
        and (m.ends is null or m.ends > statement_timestamp())
        and (t.id = any(door.teams_on(g.case_id)) or t.agency_id = u.agency_id)),
    g.case_id, g.user_id)
  from public.access_glass g join public.access_user u on u.id = g.user_id
  where g.id = of_glass and g.case_id is not null
    and not exists (select from public.access_glassopening o where o.glass_id = g.id)
    and not exists (
      select from public.access_alert a
      where a.kind = 'somebody asks to open a restricted case' and a.about_id = g.user_id
        and a.cases = array[g.case_id] and a.made_at >= g.asked_at)
$$;

-- What waits for a person's yes or no: another's request for a case of their guard, of their team,
-- or by somebody of their agency.
create or replace function door.glass_to_answer(person bigint) returns setof bigint
language sql stable as $$
  select g.id
  from public.access_glass g join public.access_user u on u.id = g.user_id
  where g.case_id is not null and g.user_id <> person
    and g.asked_at + door.glass_lapses() > statement_timestamp()
    and not exists (select from public.access_glassopening o where o.glass_id = g.id)
    and not exists (select from public.access_glassanswer a where a.glass_id = g.id)
    and door.may(person, 'agree_glass') and not door.shut_out(person, g.case_id)
    and (person = any(door.guardians_of(g.case_id)) or exists (
      select from door.roles(person) r
        join public.access_roleverb v on v.role = r.role and v.verb = 'agree_glass'
        join public.access_team t on t.id = r.team_id
      where t.id = any(door.teams_on(g.case_id)) or t.agency_id = u.agency_id))
$$;

-- What waits for a person's judgement: openings by others whom they supervise, or of cases whose
-- teams they supervise or that they guard; not those that they agreed to.
create or replace function door.glass_to_review(person bigint) returns setof bigint
language sql stable as $$
  select g.id
  from public.access_glass g join public.access_glassopening o on o.glass_id = g.id
  where g.user_id <> person
    and not exists (select from public.access_glassreview r where r.glass_id = g.id)
    and not exists (
      select from public.access_glassanswer a where a.glass_id = g.id and a.answered_by_id = person)
    and door.may(person, 'supervise') and not door.shut_out(person, g.case_id)
    and (person = any(door.supervisors_of(door.teams_of(g.user_id) || door.teams_on(g.case_id)))
      or person = any(door.guardians_of(g.case_id)))
$$;

-- Lists: numbers, names of staff and moments, no word of why.
create or replace function door.glass_waiting(token text, as_user bigint)
returns table (glass_id bigint, waits_for text, case_id bigint, purpose text, who text, agency text,
  asked_at timestamptz, opened_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select g.id, w.waits_for, g.case_id, g.purpose::text, u.name::text, a.name::text, g.asked_at,
    o.opened_at
  from (select door.who_acts(token, as_user) as person) me
    cross join lateral (
      select 'answer' as waits_for, x as id from door.glass_to_answer(me.person) x
      union all
      select 'review', x from door.glass_to_review(me.person) x) w
    join public.access_glass g on g.id = w.id
    join public.access_user u on u.id = g.user_id
    join public.access_agency a on a.id = u.agency_id
    left join public.access_glassopening o on o.glass_id = g.id
  order by coalesce(o.opened_at, g.asked_at), g.id
$$;

-- What the session's person asked for themself. A refusal looks like no answer yet, and then like
-- none: else it would say that there is such a case.
create or replace function door.my_glass(token text, as_user bigint)
returns table (called text, case_id bigint, purpose text, asked_at timestamptz, stands text,
  ends_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select g.called::text,
    case when o.ends_at > statement_timestamp() then g.case_id end, g.purpose::text, g.asked_at,
    case when o.ends_at > statement_timestamp() then 'open'
      when o.ends_at is not null then 'was open'
      when g.asked_at + door.glass_lapses() > statement_timestamp() then 'asked'
      else 'not opened' end,
    coalesce(o.ends_at, g.asked_at + door.glass_lapses())
  from public.access_glass g left join public.access_glassopening o on o.glass_id = g.id
  where g.user_id = door.who_acts(token, as_user)
    and g.asked_at > statement_timestamp() - interval '30 days'
  order by g.asked_at desc, g.id desc limit 50
$$;

-- The right to read why, for who answers or reviews: an entry that names the case, and one whose
-- capability opens these words and nothing of the case.
create or replace function door.read_glass(token text, as_user bigint, of_glass bigint)
returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  of_case bigint;
  opened uuid := gen_random_uuid();
begin
  perform set_config('synchronous_commit', 'on', true);
  if person is null or (of_glass not in (select door.glass_to_answer(person))
      and of_glass not in (select door.glass_to_review(person))) then
    perform door.write_down_glass(person, 'read_glass_reason', null, null, '', false, '{}');
    return null;
  end if;
  select g.case_id into of_case from public.access_glass g where g.id = of_glass;
  perform door.write_down_glass(person, 'read_glass_reason', of_case, of_glass, '', true, '{}');
  insert into public.ledger_entry
      (at, actor, agency_id, verb, subject, purpose, allowed, facts, capability)
    values (statement_timestamp(), 'user:' || person,
      (select u.agency_id from public.access_user u where u.id = person), 'read_glass_reason',
      'glass:' || of_glass, '', true, jsonb_build_object('glass', array[of_glass]), opened);
  return opened;
end $$;

-- Why, and what was said of it: for who holds the case, or these words alone.
create or replace function door.glass_words(of_glass bigint[], of_case bigint)
returns table (glass_id bigint, case_id bigint, who text, purpose text, reason text,
  asked_at timestamptz, opened_at timestamptz, answered_by text, answer text, agreed boolean,
  reviewed_by text, justified boolean, note text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select g.id, g.case_id, u.name::text, g.purpose::text, g.reason, g.asked_at, o.opened_at,
    b.name::text, a.reason, a.agreed, c.name::text, r.justified, r.note
  from public.access_glass g
    join public.access_user u on u.id = g.user_id
    left join public.access_glassopening o on o.glass_id = g.id
    left join public.access_glassanswer a on a.glass_id = g.id
    left join public.access_user b on b.id = a.answered_by_id
    left join public.access_glassreview r on r.glass_id = g.id
    left join public.access_user c on c.id = r.reviewed_by_id
  where (g.id = any(of_glass) or g.case_id = of_case) and (
    door.is_owner() or g.case_id = any((select door.held_cases())::bigint[]) or exists (
      select from door.held() e where e.facts -> 'glass' @> to_jsonb(g.id)))
  order by g.asked_at desc, g.id desc
$$;

-- A second person agrees or refuses. Outcomes: 'refused' (not theirs to answer, or answered
-- already), 'no' , 'opened'; 'lost' when whoever asked may meanwhile not.
create or replace function door.answer_glass(
  token text, as_user bigint, of_glass bigint, agree boolean, why text,
  out outcome text, out of_case bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  g public.access_glass;
begin
  perform set_config('synchronous_commit', 'on', true);
  outcome := 'refused';
  select * into g from public.access_glass where id = of_glass for update;
  if person is not null and of_glass in (select door.glass_to_answer(person)) then
    insert into public.access_glassanswer (glass_id, answered_by_id, agreed, reason, answered_at)
      values (of_glass, person, agree, why, statement_timestamp());
    of_case := g.case_id;
    outcome := case
      when not agree then 'no'
      when door.shut_out(g.user_id, g.case_id) or not door.may(g.user_id, 'break_glass')
        or not (select u.is_active from public.access_user u where u.id = g.user_id) then 'lost'
      else 'opened' end;
    perform door.write_down_glass(person, 'agree_glass', g.case_id, of_glass, g.purpose, true,
      jsonb_build_object('agreed', agree, 'for', g.user_id));
    if outcome = 'opened' then
      perform door.open_glass(of_glass, '{}');
      perform door.tell('a restricted case that you asked for is open to you for an hour',
        array[g.user_id], g.case_id, person);
    end if;
  else
    perform door.write_down_glass(person, 'agree_glass', null, null, '', false, '{}');
  end if;
end $$;

create or replace function door.review_glass(
  token text, as_user bigint, of_glass bigint, justified boolean, note text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  g public.access_glass;
begin
  select * into g from public.access_glass where id = of_glass for update;
  if person is null or of_glass not in (select door.glass_to_review(person)) then
    perform door.write_down_glass(person, 'review_glass', null, null, '', false, '{}');
    return false;
  end if;
  insert into public.access_glassreview (glass_id, reviewed_by_id, justified, note, reviewed_at)
    values (of_glass, person, review_glass.justified, review_glass.note, statement_timestamp());
  perform door.write_down_glass(person, 'review_glass', g.case_id, of_glass, '', true,
    jsonb_build_object('justified', review_glass.justified, 'of', g.user_id));
  return true;
end $$;

-- How often cases are opened, and how often of these by broken glass: for each team of which the
-- session's person is a supervisor, and for the whole hub (no name).
create or replace function door.glass_rate(token text, as_user bigint, days integer)
returns table (team text, opens bigint, by_glass bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
  with since as (
    select statement_timestamp() - make_interval(days => days) as at
  ), hidden as materialized (
    -- How often a restricted case is opened, or one that the reader is shut out of, would tell of it.
    select array(
      select k.id from public.access_case k where k.restricted
      union select s.case_id from door.shut(door.who_acts(token, as_user)) s) as cases
  ), looks as materialized (
    select u.id as user_id, count(*) as opens
    from since cross join hidden cross join public.access_user u
      join public.ledger_entry e on e.actor = 'user:' || u.id
    where (select door.may(door.who_acts(token, as_user), 'supervise'))
      and e.verb = 'open_case' and e.allowed and e.cases <> '{}' and e.at > since.at
      and not e.cases && hidden.cases
    group by u.id
  ), broken as materialized (
    select g.user_id, count(distinct e.id) as by_glass
    from since cross join hidden cross join public.access_glassopening o
      join public.access_glass g on g.id = o.glass_id and g.case_id <> all(hidden.cases)
      join public.ledger_entry e on e.actor = 'user:' || g.user_id
        and e.at >= o.opened_at and e.at < o.ends_at
    where o.opened_at > since.at - door.glass_lasts()
      and e.verb = 'open_case' and e.allowed and g.case_id = any(e.cases) and e.at > since.at
      and not e.cases && hidden.cases
    group by g.user_id
  ), each as materialized (
    select l.user_id, l.opens, coalesce(b.by_glass, 0) as by_glass
    from looks l left join broken b on b.user_id = l.user_id
  )
  select t.name::text, coalesce(sum(e.opens), 0)::bigint, coalesce(sum(e.by_glass), 0)::bigint
  from public.access_team t
    left join (select distinct m.user_id, m.team_id from public.access_membership m) m
      on m.team_id = t.id
    left join each e on e.user_id = m.user_id
  where (select door.who_acts(token, as_user)) = any(door.supervisors_of(array[t.id]))
  group by t.name
  union all
  select '', coalesce(sum(e.opens), 0)::bigint, coalesce(sum(e.by_glass), 0)::bigint from each e
  order by 1
$$;

revoke all on all functions in schema door from public;
grant execute on function
  door.break_glass(text, bigint, bigint, text, text, text, bigint[]),
  door.tell_who_may_agree(bigint), door.glass_waiting(text, bigint), door.my_glass(text, bigint),
  door.read_glass(text, bigint, bigint), door.glass_words(bigint[], bigint),
  door.answer_glass(text, bigint, bigint, boolean, text),
  door.review_glass(text, bigint, bigint, boolean, text), door.glass_rate(text, bigint, integer)
  to breakwater_app;
