-- Whether no picture may be added to what is answered here: the case of a request that this
-- transaction opened is one of online offences. tests hold the codes equal to those of referrals.
create or replace function door.paper_takes_no_pictures(paper bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from public.sharing_request r join public.referrals_referral f on f.case_id = r.case_id
    where r.id = paper and (door.is_owner() or r.id = any(door.held_parts('requests')))
      and (f.channel = 'online_report'
        or array[f.category::text] || f.also::text[]
          && array['indecent_images', 'intimate_image_sharing']))
$$;

-- Which version a disclosure that this transaction opened takes the place of, and which took its
-- place: references, for links. A version is for the team of the one before.
create or replace function door.versions_beside(paper bigint)
returns table (earlier text, later text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select e.reference::text, l.reference::text
  from public.sharing_disclosure d
    left join public.sharing_disclosure e on e.id = d.corrects_id and e.team_id = d.team_id
    left join public.sharing_disclosure l on l.corrects_id = d.id and l.team_id = d.team_id
      and l.standing in ('sent', 'recalled', 'corrected by a later version')
  where d.id = paper and (door.is_owner() or d.id = any(door.held_parts('disclosures')))
$$;

revoke all on all functions in schema door from public;
grant execute on function
  door.paper_takes_no_pictures(bigint), door.versions_beside(bigint)
  to breakwater_app;
