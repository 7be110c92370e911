-- A case closes when everything in it is decided and nobody acts: then what is kept of it is
-- counted from there. A new worry about the same child opens a new case, linked by its people.
create or replace function door.close_case_if_done(of_case bigint, at timestamptz)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
  if not door.holds(of_case) then
    raise exception 'a case is closed by who holds it' using errcode = 'BW002';
  end if;
  update public.access_case k set closed_at = at
    where k.id = of_case and k.closed_at is null
      and not exists (
        select from public.referrals_referral r
        where r.case_id = of_case and r.state <> 'decided, no further action');
  return found;
end $$;
revoke all on function door.close_case_if_done(bigint, timestamptz) from public;
grant execute on function door.close_case_if_done(bigint, timestamptz) to breakwater_app;
