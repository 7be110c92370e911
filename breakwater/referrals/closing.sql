-- A case closes when everything in it is decided and nobody acts: then what is kept of it is
-- counted from there. A new worry about the same child opens a new case, linked by its people.
create or replace function door.close_case_if_done(of_case bigint, at timestamptz)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not door.holds(of_case) then
    raise exception 'a case is closed by who holds it' using errcode = 'BW002';
  end if;
  update public.access_case k set closed_at = at
    where k.id = of_case and k.closed_at is null
      and not exists (
        select from public.referrals_referral r
        where r.case_id = of_case
          and r.state not in ('decided, no further action', 'decided, another area has it'));
  return found;
end $$;

-- A decision was opened again.
create or replace function door.reopen_case(of_case bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not door.holds(of_case) then
    raise exception 'a case is opened again by who holds it' using errcode = 'BW002';
  end if;
  update public.access_case k set closed_at = null where k.id = of_case;
end $$;

revoke all on function door.close_case_if_done(bigint, timestamptz), door.reopen_case(bigint)
  from public;
grant execute on function door.close_case_if_done(bigint, timestamptz), door.reopen_case(bigint)
  to breakwater_app;
