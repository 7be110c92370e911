-- Where agreements are used, and telling who keeps them of a review. Who reads a count learns
-- nothing of a case that they must not know of: such a case is not counted.

-- How many requests and disclosures rest on each version of an agreement.
create or replace function door.agreement_uses(token text, as_user bigint, of_agreement bigint)
returns table (version_id bigint, requests bigint, disclosures bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  person bigint := door.who_acts(token, as_user);
  hidden bigint[];
begin
  if person is null or not door.may(person, 'manage_agreements') then return; end if;
  hidden := array(
    select k.id from public.access_case k where k.restricted
    union select s.case_id from door.shut(person) s);
  return query
    select v.id,
      (select count(*) from public.sharing_request r
        where r.agreement_id = v.id and r.case_id <> all(hidden)),
      (select count(*) from public.sharing_disclosure d
        where d.agreement_id = v.id and d.case_id <> all(hidden))
    from public.sharing_agreementversion v where v.agreement_id = of_agreement;
end $$;

-- Tell everybody who keeps the agreements that one is to be reviewed by a day, or was to be: once
-- each person, kind and day. Returns how many were told.
create or replace function door.tell_of_review(told_kind text, of_agreement bigint, by_day date)
returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  about text := concat_ws(':', 'agreement', of_agreement, by_day);
  told integer;
begin
  if told_kind not in ('an agreement on sharing is soon to be reviewed',
      'the review of an agreement on sharing is overdue') then
    raise exception 'this tells of reviews only';
  end if;
  insert into public.access_alert (recipient_id, kind, cases, made_at, subject, what)
    select distinct p.user_id, told_kind, '{}'::bigint[], statement_timestamp(), about,
      left(g.name, 100)
    from public.sharing_agreement g, door.posts() p
      join public.access_user u on u.id = p.user_id and u.is_active
    where g.id = of_agreement and door.may(p.user_id, 'manage_agreements')
      and not exists (select from public.access_alert a
        where a.recipient_id = p.user_id and a.kind = told_kind and a.subject = about);
  get diagnostics told = row_count;
  return told;
end $$;

revoke all on all functions in schema door from public;
grant execute on function door.agreement_uses(text, bigint, bigint),
  door.tell_of_review(text, bigint, date) to breakwater_app;
