-- Erasing a case: what two people let go, after the grace, where no hold stands.

-- What the next run would erase, by id; erases nothing.
create or replace function door.ready_to_erase() returns table (case_id bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
  select d.case_id from public.records_keeporletgo d
  where d.standing = 'let go by two people, erased after the grace'
    and d.erase_from <= statement_timestamp() and door.against_erasing(d.case_id) is null
  order by d.erase_from, d.case_id
$$;

-- Erase one case and all that is told in it. The ledger stays, with an entry that says so.
-- Returns the counts, and the files on disk that hold its documents.
create or replace function door.erase_case(of_case bigint) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  decision public.records_keeporletgo;
  against text;
  told bigint[]; worries bigint[]; arrived bigint[]; behind bigint[]; lone bigint[];
  other record;
  counts jsonb;
  documents text[];
  class_codes text[];
begin
  -- A hold placed meanwhile is seen; nobody links people, or erases too, at the same time.
  perform pg_advisory_xact_lock(hashtext('records.holds'));
  perform pg_advisory_xact_lock(hashtext('people.look_again'));
  perform from public.access_case k where k.id = of_case for update;
  select * into decision from public.records_keeporletgo d
    where d.case_id = of_case and d.standing = 'let go by two people, erased after the grace'
      and d.erase_from <= clock_timestamp() for update;
  if decision.id is null then
    perform door.refuse('Nobody let this case go, or its grace still runs.');
  end if;
  against := door.against_erasing(of_case);
  if against is not null then perform door.refuse(against); end if;
  if (select count(*) from public.records_erased e
      where e.erased_at > clock_timestamp() - interval '20 hours') >= door.knob('MOST_A_NIGHT')
  then
    perform door.refuse('No more is erased this night.');
  end if;

  told := array(select m.id from public.people_mention m where m.case_id = of_case);
  worries := array(select r.id from public.referrals_referral r where r.case_id = of_case);
  arrived := array(select r.submission_id from public.referrals_referral r where r.id = any(worries));
  behind := array(select distinct l.identity_id from public.people_link l
    where l.mention_id = any(told));
  class_codes := array(select c.code || ' v' || c.version from public.records_kept k
    join public.records_retentionclass c on c.id = k.retention_class_id
    where k.case_id = of_case order by 1);
  documents := array(select d.file::text from public.attachments_document d
    where d.case_id = of_case order by 1);
  counts := jsonb_build_object('referrals', cardinality(worries), 'mentions', cardinality(told),
    'documents', cardinality(documents));
  perform set_config('door.erasing', of_case::text, true);

  -- People: what others' links say of these mentions goes, the others' links stay.
  delete from public.people_review v where v.mention_id = any(told) or v.against_id = any(told);
  update public.people_link l set against_id = null, evidence = '[]',
      standing = case l.standing when 'asked' then 'ended' else l.standing end,
      ended_at = case l.standing when 'asked' then statement_timestamp() else l.ended_at end
    where l.against_id = any(told) and not l.mention_id = any(told);
  delete from public.people_link l where l.mention_id = any(told);
  lone := array(select i from unnest(behind) i where not exists (
    select from public.people_link l where l.identity_id = i and l.standing = 'linked'));
  delete from public.people_link l where l.identity_id = any(lone);
  delete from public.people_identity i where i.id = any(lone);
  delete from public.people_profile p where p.mention_id = any(told);
  delete from public.people_matchkey k where k.mention_id = any(told);
  delete from public.people_mention m where m.id = any(told);

  -- The worries, what was decided about them, and what arrived.
  delete from public.referrals_presence p where p.referral_id = any(worries);
  delete from public.referrals_notice n where n.referral_id = any(worries);
  delete from public.referrals_handover h using public.referrals_item i
    where i.id = h.item_id and i.referral_id = any(worries);
  delete from public.referrals_item i where i.referral_id = any(worries);
  delete from public.referrals_refusal f using public.referrals_route r
    where r.id = f.route_id and r.referral_id = any(worries);
  delete from public.referrals_screened s where s.referral_id = any(worries);
  delete from public.referrals_rated d where d.referral_id = any(worries);
  delete from public.referrals_pause p where p.referral_id = any(worries);
  delete from public.referrals_feedback f where f.referral_id = any(worries);
  delete from public.referrals_challengestep s using public.referrals_challenge c
    where c.id = s.challenge_id and c.referral_id = any(worries);
  delete from public.referrals_challenge c where c.referral_id = any(worries);
  delete from public.referrals_route r where r.referral_id = any(worries);
  delete from public.referrals_step s where s.referral_id = any(worries);
  delete from public.referrals_decision d where d.referral_id = any(worries);
  -- What partners were asked and told of it, and what they said. Alerts name papers by id.
  delete from public.access_alert a using public.sharing_request q
    where q.case_id = of_case and a.subject = 'request:' || q.id;
  delete from public.access_alert a using public.sharing_disclosure d
    where d.case_id = of_case and a.subject = 'disclosure:' || d.id;
  delete from public.sharing_holding h where h.case_id = of_case;
  delete from public.sharing_query q where q.case_id = of_case;
  delete from public.sharing_field f using public.sharing_disclosure d
    where d.id = f.disclosure_id and d.case_id = of_case;
  delete from public.sharing_disclosure d where d.case_id = of_case;
  delete from public.sharing_withheld w where w.case_id = of_case;
  delete from public.sharing_answer a where a.case_id = of_case;
  delete from public.sharing_reminder m using public.sharing_request q
    where q.id = m.request_id and q.case_id = of_case;
  delete from public.sharing_request q where q.case_id = of_case;
  delete from public.sharing_override o where o.case_id = of_case;
  delete from public.referrals_referral r where r.id = any(worries);
  delete from public.referrals_submission s where s.id = any(arrived);

  -- Who was told what about it.
  delete from public.access_alert a where a.cases = array[of_case];
  update public.access_alert a set cases = array_remove(a.cases, of_case)
    where of_case = any(a.cases);

  -- What was said when its glass was broken.
  delete from public.access_glassreview r using public.access_glass g
    where g.id = r.glass_id and g.case_id = of_case;
  delete from public.access_glassopening o using public.access_glass g
    where g.id = o.glass_id and g.case_id = of_case;
  delete from public.access_glassanswer a using public.access_glass g
    where g.id = a.glass_id and g.case_id = of_case;

  -- Every other table that names a case: the keys that sealed it, documents, clocks, grants, what
  -- records itself wrote, and rooms that come later. One whose rows others lean on refuses, and so
  -- does the whole: then its room must say here what goes first.
  delete from public.records_subjectaccesschoice c where c.case_id = of_case;
  for other in
    select c.oid::pg_catalog.regclass as name from pg_catalog.pg_class c
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'case_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::pg_catalog.regnamespace
      and c.relname not in ('ledger_entry', 'records_erased')
    order by c.relname
  loop
    execute format('delete from %s where case_id = $1', other.name) using of_case;
  end loop;
  delete from public.access_case k where k.id = of_case;
  perform set_config('door.erasing', '', true);

  insert into public.records_erased
      (case_id, classes, counts, decided_by_id, confirmed_by_id, erased_at)
    values (of_case, class_codes, counts, decision.decided_by_id, decision.confirmed_by_id,
      clock_timestamp());
  insert into public.ledger_entry (at, actor, verb, cases, subject, purpose, allowed, facts)
    values (statement_timestamp(), 'worker', 'case_erased', array[of_case], '', 'retention', true,
      counts || jsonb_build_object('classes', to_jsonb(class_codes),
        'decided_by', decision.decided_by_id, 'confirmed_by', decision.confirmed_by_id));
  -- The sealed files are the worker's to remove; their keys are gone already.
  return jsonb_build_object('files', to_jsonb(documents)) || counts;
end $$;

revoke all on all functions in schema door from public;
grant execute on function
  door.knob(text), door.open_classing(), door.to_class(integer),
  door.to_review(text, bigint, bigint[], date, integer, integer),
  door.decided(text, bigint, bigint[]), door.holds_placed(text, bigint),
  door.keep_case(text, bigint, bigint, date, text), door.let_go(text, bigint, bigint, text),
  door.confirm_letting_go(text, bigint, bigint),
  door.undo_letting_go(text, bigint, bigint, text),
  door.place_hold(text, bigint, text, text, text, text, bigint, bigint[], date),
  door.lift_hold(text, bigint, bigint, text),
  door.ready_to_erase(), door.erase_case(bigint)
  to breakwater_app;
