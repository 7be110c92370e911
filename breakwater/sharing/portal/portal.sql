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

revoke all on all functions in schema door from public;
grant execute on function door.paper_takes_no_pictures(bigint) to breakwater_app;
