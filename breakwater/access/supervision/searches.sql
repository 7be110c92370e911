-- Searching again and again for the same person whom the hub knows from others' work. What was
-- typed is nowhere: `sought` is a keyed pseudonym of it, in the entries of such searches alone.
create or replace function door.flag_searches(
  asker bigint, sought text, times integer, days integer) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  since timestamptz := statement_timestamp() - make_interval(days => days);
  name text := 'user:' || asker;
  found_again integer;
begin
  perform pg_advisory_xact_lock(hashtext('door.searches'), asker::integer);
  select count(*) into found_again from public.ledger_entry e
    where e.actor = name and e.at > since and e.verb = 'search_people'
      and e.facts ->> 'sought' = flag_searches.sought;
  if found_again < times or exists (
      select from public.ledger_entry e
      where e.actor = 'worker' and e.at > since and e.verb = 'flag_searches' and e.subject = name
        and e.facts ->> 'sought' = flag_searches.sought) then
    return false;
  end if;
  insert into public.ledger_entry (at, actor, agency_id, verb, subject, purpose, allowed, facts)
    values (statement_timestamp(), 'worker',
      (select u.agency_id from public.access_user u where u.id = asker), 'flag_searches', name, '',
      true, jsonb_build_object('sought', flag_searches.sought, 'times', found_again));
  perform door.tell('somebody searches again and again for a person who is not their work',
    door.supervisors_of(door.teams_of(asker)), null, asker);
  return true;
end $$;

revoke all on all functions in schema door from public;
grant execute on function door.flag_searches(bigint, text, integer, integer) to breakwater_app;
