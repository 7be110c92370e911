-- What a partner's team may open: what it is asked, and what was shared with it. It holds no case:
-- its capability opens these papers by name, with the keys that seal them, and nothing beside them.

-- Whether the person works in the team, may read papers, and is not shut out of the case.
create or replace function door.may_read_paper(person bigint, of_team bigint, of_case bigint)
returns boolean
language plpgsql stable as $$
begin
  return person is not null and door.may(person, 'answer_requests')
    and exists (select from door.roles(person) r where r.team_id = of_team)
    and not door.shut_out(person, of_case);
end $$;

-- Decide, write down, and hand out the right to read one paper: part 'requests' or 'disclosures'.
-- Two entries: one names the case, for who asks who looked, and opens nothing; one opens the paper,
-- and names no case. What was recalled opens without its key: that it was, and no word of it.
create or replace function door.open_paper(
  token text, as_user bigint, part text, paper bigint, act text, purpose text) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person bigint := door.who_acts(token, as_user);
  home bigint := (select u.agency_id from public.access_user u where u.id = person);
  of_case bigint; of_team bigint; papers jsonb;
  opened uuid;
  called text := case part when 'requests' then 'request:' else 'disclosure:' end || paper;
begin
  perform set_config('synchronous_commit', 'on', true);
  if act not in ('open_paper', 'answer_requests') then
    raise exception 'no such act' using errcode = 'BW002';
  end if;
  if part = 'requests' then
    select r.case_id, r.team_id, jsonb_build_object('requests', jsonb_build_array(r.id),
        'disclosures', coalesce(jsonb_agg(d.id) filter (where d.id is not null), '[]'),
        'keys', coalesce(jsonb_agg(d.key_id) filter (
            where d.standing = 'sent' and d.keep_until >= current_date), '[]')
          || coalesce(jsonb_agg(d.notice_key_id) filter (where d.notice_key_id is not null), '[]')
          || to_jsonb(r.key_id))
      into of_case, of_team, papers
      from public.sharing_request r left join public.sharing_disclosure d on d.request_id = r.id
      where r.id = paper and r.standing in (
        'waits for an answer', 'to be asked by phone', 'answered', 'nothing known', 'declined')
      group by r.id;
  elsif part = 'disclosures' then
    select d.case_id, d.team_id, jsonb_build_object('disclosures', jsonb_build_array(d.id),
        'keys', case when d.standing = 'sent' and d.keep_until >= current_date
            then jsonb_build_array(d.key_id) else '[]' end
          || case when d.notice_key_id is null then '[]'
            else jsonb_build_array(d.notice_key_id) end)
      into of_case, of_team, papers
      from public.sharing_disclosure d
      where d.id = paper
        and d.standing in ('sent', 'recalled', 'corrected by a later version')
        -- What was told in order to ask closes with the question, when that is withdrawn.
        and not exists (select from public.sharing_request r
          where r.id = d.request_id and r.standing = 'withdrawn');
  end if;
  if of_case is null or not door.may_read_paper(person, of_team, of_case) then
    insert into public.ledger_entry (at, actor, agency_id, verb, cases, subject, purpose, allowed, facts)
      values (statement_timestamp(), coalesce('user:' || person, 'nobody'), home, act, '{}',
        called, open_paper.purpose, false, '{}');
    return null;
  end if;
  opened := gen_random_uuid();
  insert into public.ledger_entry
      (at, actor, agency_id, verb, cases, subject, purpose, allowed, facts, capability)
    values
      (statement_timestamp(), 'user:' || person, home, act, array[of_case], called,
        open_paper.purpose, true, '{}', null),
      (statement_timestamp(), 'user:' || person, home, act, '{}', called,
        open_paper.purpose, true, jsonb_build_object('parts',
          papers || jsonb_build_object('of_cases', jsonb_build_array(of_case))), opened);
  return opened;
end $$;

-- What a team is asked and what was shared with it: ids, times and states, nobody's name.
create or replace function door.my_papers(token text, as_user bigint)
returns table (part text, id bigint, reference text, standing text, at timestamptz,
  due_at timestamptz, read_at timestamptz, confirmed_at timestamptz, agency text, team text)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare person bigint := door.who_acts(token, as_user);
begin
  if not door.may(person, 'answer_requests') then return; end if;
  return query
    with mine as materialized (select distinct r.team_id from door.roles(person) r)
    select 'requests', r.id, r.reference::text, r.standing::text, r.asked_at, r.due_at,
      null::timestamptz, null::timestamptz, a.name::text, t.name::text
    from mine m join public.sharing_request r on r.team_id = m.team_id
      join public.access_agency a on a.id = r.agency_id
      join public.access_team t on t.id = r.team_id
    where r.standing in ('waits for an answer', 'to be asked by phone', 'answered',
        'nothing known', 'declined')
      and not door.shut_out(person, r.case_id)
    union all
    select 'disclosures', d.id, d.reference::text, d.standing::text, d.sent_at, null::timestamptz,
      d.read_at, d.confirmed_at, a.name::text, t.name::text
    from mine m join public.sharing_disclosure d on d.team_id = m.team_id
      join public.access_agency a on a.id = d.agency_id
      join public.access_team t on t.id = d.team_id
    -- What was told in order to ask stands with its request, until it is taken back.
    where (d.request_id is null or d.standing <> 'sent')
      and d.standing in ('sent', 'recalled', 'corrected by a later version')
      and not door.shut_out(person, d.case_id);
end $$;

-- Which paper a reference means, and which case: ids, for an address.
create or replace function door.paper_place(called text)
returns table (part text, id bigint, case_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select 'requests', r.id, r.case_id from public.sharing_request r where r.reference = called
  union all
  select 'disclosures', d.id, d.case_id from public.sharing_disclosure d where d.reference = called
$$;

-- Whether what this transaction holds was opened by somebody of the police: an entry names them.
create or replace function door.held_by_police() returns boolean
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return exists (
    select from door.held() e join public.access_agency a on a.id = e.agency_id
    where a.kind = 'police');
end $$;

-- Tell a team that it is asked or told something: an alert for each person of it, and nothing of
-- whom. Not whoever is shut out of the case. `subject` and `what` name the paper, never a person.
create or replace function door.tell_team_of_paper(
  told_kind text, to_team bigint, of_case bigint, subject text, what text) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare told integer;
begin
  insert into public.access_alert (recipient_id, kind, cases, made_at, subject, what)
    select distinct p.user_id, told_kind, '{}'::bigint[], statement_timestamp(),
      tell_team_of_paper.subject, tell_team_of_paper.what
    from door.posts() p join public.access_user u on u.id = p.user_id and u.is_active
        -- A partner's system asks over the API; nobody reads its alerts.
        and not u.is_system
    where p.team_id = to_team and door.may(p.user_id, 'answer_requests')
      and not door.shut_out(p.user_id, of_case);
  get diagnostics told = row_count;
  return told;
end $$;

-- Tell one person of the case, or all who may sign for its teams, of a paper.
create or replace function door.tell_of_paper(
  told_kind text, people bigint[], of_case bigint, subject text, what text) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into public.access_alert (recipient_id, kind, cases, made_at, subject, what)
    select distinct u.id, told_kind, array[of_case], statement_timestamp(),
      tell_of_paper.subject, tell_of_paper.what
    from public.access_user u
    where u.id = any(people) and u.is_active and door.allowed(u.id, of_case)
$$;

-- Who may sign an override for this case, now: by verb and by a way to the case; never the asker.
create or replace function door.signers(of_case bigint, asker bigint) returns bigint[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(array_agg(distinct m.user_id), '{}')
  from public.access_membership m
    join public.access_roleverb v on v.role = m.role and v.verb = 'sign_override'
  where m.starts <= statement_timestamp() and (m.ends is null or m.ends > statement_timestamp())
    and m.user_id is distinct from asker and door.allowed(m.user_id, of_case)
$$;

revoke all on all functions in schema door from public;
grant execute on function
  door.open_paper(text, bigint, text, bigint, text, text), door.my_papers(text, bigint),
  door.paper_place(text), door.held_by_police(),
  door.tell_team_of_paper(text, bigint, bigint, text, text),
  door.tell_of_paper(text, bigint[], bigint, text, text), door.signers(bigint, bigint)
  to breakwater_app;
