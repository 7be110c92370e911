-- What is kept, decided by two people, held by inquiries. Raw SQL of the application's role can
-- neither write a decision nor lift a hold: these functions ask who it is, as the door does.

-- A number that the area sets.
create or replace function door.knob(wanted text) returns integer
language sql stable security definer set search_path = pg_catalog, public as
$$ select k.value from public.records_knob k where k.code = wanted $$;

create or replace function door.refuse(because text) returns void
language plpgsql as $$ begin raise exception '%', because using errcode = 'BW003'; end $$;

-- Who may review what is kept of a case: the records desk; a supervisor who may see it.
create or replace function door.reviews(person bigint, of_case bigint) returns boolean
language sql stable as $$
  select person is not null and not door.shut_out(person, of_case) and (
    door.may(person, 'review_retention')
    or door.may(person, 'supervise') and door.allowed(person, of_case))
$$;

-- The holds that reach a case, by name; null: none.
create or replace function door.holds_on(of_case bigint) returns text
language sql stable as $$
  select string_agg(h.name, ', ' order by h.id) from public.records_hold h
  where h.lifted_at is null and case h.scope
    when 'every case' then true
    when 'these cases' then of_case = any(h.cases)
    when 'cases with a category' then exists (
      select from public.referrals_referral r
      where r.case_id = of_case and (r.category = h.category or h.category = any(r.also)))
    when 'cases that an agency holds or held' then
      exists (
        select from public.access_grant g
          left join public.access_team t on t.id = g.team_id
          left join public.access_user u on u.id = g.user_id
        where g.case_id = of_case and h.agency_id in (g.agency_id, t.agency_id, u.agency_id))
      or exists (
        select from public.people_mention m join public.access_agency a on a.id = h.agency_id
        where m.case_id = of_case and lower(m.told_by) = lower(a.name))
    -- A scope that nobody knows holds.
    else true end
$$;

-- What stands against erasing a case, in words; null: nothing.
create or replace function door.against_erasing(of_case bigint) returns text
language plpgsql stable as $$
declare held text := door.holds_on(of_case);
begin
  if held is not null then
    return 'A hold stops this: ' || held || '. Nothing is erased until it is lifted.';
  elsif not exists (
    select from public.access_case k where k.id = of_case and k.closed_at is not null)
    or exists (
      select from public.referrals_referral r
      where r.case_id = of_case and r.state <> 'decided, no further action')
  then
    return 'The case is open: there is work on it.';
  elsif not exists (select from public.records_kept k where k.case_id = of_case) then
    return 'The case has no retention class yet. It gets one within the hour.';
  elsif exists (
    select from public.records_kept k where k.case_id = of_case
      and k.free_on > (statement_timestamp() at time zone 'Europe/London')::date)
  then
    return 'A retention class still keeps this case: it can only be kept.';
  end if;
  return null;
end $$;

create or replace function door.keep_case(
  token text, as_user bigint, of_case bigint, until date, why text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare person bigint := door.who_acts(token, as_user); made bigint;
begin
  if not door.reviews(person, of_case) or not door.may(person, 'review_retention') then
    perform door.refuse('Only the records desk decides what is kept.');
  end if;
  if exists (select from public.records_keeporletgo d where d.case_id = of_case
      and d.standing like 'let go%') then
    perform door.refuse('It was let go meanwhile: undo that first.');
  end if;
  insert into public.records_keeporletgo
      (case_id, standing, reason, keep_until, decided_by_id, decided_at, undone_because)
    values (of_case, 'kept', why, until, person, statement_timestamp(), '')
    returning id into made;
  return made;
end $$;

create or replace function door.let_go(token text, as_user bigint, of_case bigint, why text)
returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  against text := door.against_erasing(of_case);
  made bigint;
begin
  if not door.reviews(person, of_case) or not door.may(person, 'review_retention') then
    perform door.refuse('Only the records desk decides what is kept.');
  end if;
  if against is not null then perform door.refuse(against); end if;
  insert into public.records_keeporletgo
      (case_id, standing, reason, decided_by_id, decided_at, undone_because)
    values (of_case, 'let go, waiting for a second person', why, person, statement_timestamp(), '')
    on conflict do nothing returning id into made;
  if made is null then perform door.refuse('Somebody let it go already.'); end if;
  return made;
end $$;

create or replace function door.confirm_letting_go(token text, as_user bigint, of_case bigint)
returns timestamptz
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  person bigint := door.who_acts(token, as_user);
  against text := door.against_erasing(of_case);
  proposed public.records_keeporletgo;
begin
  if not door.reviews(person, of_case) then
    perform door.refuse('Only the records desk, or a supervisor who may see the case, confirms.');
  end if;
  select * into proposed from public.records_keeporletgo d
    where d.case_id = of_case and d.standing = 'let go, waiting for a second person' for update;
  if proposed.id is null then
    perform door.refuse('There is nothing to confirm: somebody was faster.');
  elsif proposed.decided_by_id = person then
    perform door.refuse('Letting go takes two people: somebody else must confirm.');
  end if;
  if against is not null then perform door.refuse(against); end if;
  update public.records_keeporletgo set
      standing = 'let go by two people, erased after the grace',
      confirmed_by_id = person, confirmed_at = statement_timestamp(),
      erase_from = statement_timestamp() + door.knob('GRACE_DAYS') * interval '1 day'
    where id = proposed.id;
  return statement_timestamp() + door.knob('GRACE_DAYS') * interval '1 day';
end $$;

create or replace function door.undo_letting_go(
  token text, as_user bigint, of_case bigint, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare person bigint := door.who_acts(token, as_user);
begin
  if not door.reviews(person, of_case) then
    perform door.refuse('Only the records desk, or a supervisor who may see the case, undoes this.');
  end if;
  update public.records_keeporletgo set standing = 'undone', undone_by_id = person,
      undone_at = statement_timestamp(), undone_because = why
    where case_id = of_case and standing like 'let go%';
  if not found then perform door.refuse('There is nothing to undo: somebody was faster.'); end if;
end $$;

create or replace function door.place_hold(
  token text, as_user bigint, called text, why text, reach text, of_category text,
  of_agency bigint, of_cases bigint[], asked date) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare person bigint := door.who_acts(token, as_user); made bigint;
begin
  if person is null or not door.may(person, 'review_retention') then
    perform door.refuse('Only the records desk places a hold.');
  end if;
  -- An erasing under way ends before; the next one sees the hold.
  perform pg_advisory_xact_lock(hashtext('records.holds'));
  insert into public.records_hold (name, reason, scope, category, agency_id, cases, asked_on,
      placed_by_id, placed_at, lifted_because)
    values (called, why, reach, of_category, of_agency, of_cases, asked, person,
      statement_timestamp(), '') returning id into made;
  return made;
end $$;

create or replace function door.lift_hold(token text, as_user bigint, of_hold bigint, why text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare person bigint := door.who_acts(token, as_user);
begin
  if person is null or not door.may(person, 'review_retention') then
    perform door.refuse('Only the records desk lifts a hold.');
  end if;
  update public.records_hold set lifted_by_id = person, lifted_at = statement_timestamp(),
      lifted_because = why
    where id = of_hold and lifted_at is null;
  if not found then perform door.refuse('There is no such hold in force.'); end if;
end $$;
