-- Nodes of partners and their indexes. Web and worker read them; only these functions write them.

-- A partner's node, added by who manages agreements. The keys of a node never change.
create or replace function door.add_node(
  token text, as_user bigint, agency bigint, name text, address text, identity_key bytea,
  voprf_key bytea) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person bigint := door.who_acts(token, as_user);
  made bigint;
begin
  if person is null or not door.may(person, 'manage_agreements') then
    return null;
  end if;
  insert into public.sharing_node
      (agency_id, name, address, identity_key, voprf_key, added_by_id, starts)
    values (agency, add_node.name, add_node.address, add_node.identity_key, add_node.voprf_key,
      person, statement_timestamp())
    on conflict do nothing returning id into made;
  return coalesce(made, 0);
end $$;

-- Ask a node no more; what it sent goes with it.
create or replace function door.end_node(token text, as_user bigint, of_node bigint)
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person bigint := door.who_acts(token, as_user);
begin
  if person is null or not door.may(person, 'manage_agreements') then
    return false;
  end if;
  update public.sharing_node n set ends = clock_timestamp(), ended_by_id = person
    where n.id = of_node and n.ends is null;
  if not found then
    return false;
  end if;
  perform door.forget_index(g.id) from public.sharing_generation g where g.node_id = of_node;
  return true;
end $$;

-- A node begins to send an index. The same code goes on where it was; another one takes the place
-- of whatever was begun and not finished. Null: such a code stands with another shape.
create or replace function door.begin_index(
  of_node bigint, code text, bits integer, parts integer, entries bigint, made_at timestamptz,
  contacts jsonb) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  standing public.sharing_generation;
  made bigint;
begin
  perform from public.sharing_node n where n.id = of_node and n.ends is null for update;
  if not found then
    return null;
  end if;
  select * into standing from public.sharing_generation g
    where g.node_id = of_node and g.code = begin_index.code;
  if standing.id is not null then
    return case when (standing.bits, standing.parts, standing.entries, standing.contacts)
      = (begin_index.bits, begin_index.parts, begin_index.entries, begin_index.contacts)
      then standing.id end;
  end if;
  perform door.forget_index(g.id) from public.sharing_generation g
    where g.node_id = of_node and g.live_at is null;
  insert into public.sharing_generation
      (node_id, code, bits, parts, entries, made_at, contacts, begun_at)
    values (of_node, begin_index.code, begin_index.bits, begin_index.parts, begin_index.entries,
      begin_index.made_at, begin_index.contacts, statement_timestamp())
    returning id into made;
  -- Of nobody: there is nothing more to come.
  if begin_index.parts = 0 then
    perform door.switch_index(made);
  end if;
  return made;
end $$;

create or replace function door.forget_index(of_generation bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from public.sharing_bucket b where b.generation_id = of_generation;
  delete from public.sharing_part p where p.generation_id = of_generation;
  delete from public.sharing_generation g where g.id = of_generation;
end $$;

create or replace function door.switch_index(to_generation bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform door.forget_index(old.id)
    from public.sharing_generation old join public.sharing_generation new
      on new.id = to_generation and old.node_id = new.node_id
    where old.live_at is not null;
  update public.sharing_generation g set live_at = clock_timestamp() where g.id = to_generation;
end $$;

-- Keep one part of an index that is not asked yet, 1 the first: some buckets. The same part again
-- changes nothing. With the last of them the index is asked, and the one before forgotten, in one
-- moment. What came of it: 'kept', 'live', 'other' (that part came with other bytes), 'outside' (a bucket
-- that is none, or that another part brought), 'none' (no such index).
create or replace function door.keep_part(
  of_generation bigint, part integer, digest bytea, numbers integer[], packed bytea[])
returns text
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  standing public.sharing_generation;
  was bytea;
begin
  select * into standing from public.sharing_generation g where g.id = of_generation for update;
  if standing.id is null then
    return 'none';
  end if;
  select p.digest into was from public.sharing_part p
    where p.generation_id = of_generation and p.number = keep_part.part;
  if was is not null then
    return case when was <> keep_part.digest then 'other'
      when standing.live_at is null then 'kept' else 'live' end;
  end if;
  if standing.live_at is not null or part < 1 or part > standing.parts
      or exists (select from unnest(numbers) n where n < 0 or n >= (1 << standing.bits))
      or exists (select from unnest(numbers) n join public.sharing_bucket b
        on b.generation_id = of_generation and b.number = n) then
    return 'outside';
  end if;
  insert into public.sharing_part (generation_id, number, digest)
    values (of_generation, part, keep_part.digest);
  insert into public.sharing_bucket (generation_id, number, packed)
    select of_generation, n, p from unnest(numbers, keep_part.packed) as given (n, p);
  if (select count(*) from public.sharing_part p where p.generation_id = of_generation)
      < standing.parts then
    return 'kept';
  end if;
  perform door.switch_index(of_generation);
  return 'live';
end $$;

-- How often the person asked partners since then. Two at once are counted one after the other.
create or replace function door.asked_lately(token text, as_user bigint, since timestamptz)
returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare person bigint := door.who_acts(token, as_user);
begin
  perform pg_advisory_xact_lock(hashtext('sharing.asked_lately'), person::integer);
  return (
    select count(*) from public.sharing_query q
    where q.asked_by_id = person and q.asked_at > since);
end $$;

-- How each node answered since then, as far as the person may know of the cases: counts and times.
create or replace function door.nodes_lately(token text, as_user bigint, since timestamptz)
returns table (node_id bigint, answers bigint, failures bigint, last_at timestamptz,
  last_failure_at timestamptz, last_why text)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare person bigint := door.who_acts(token, as_user);
begin
  if person is null or not door.may(person, 'manage_agreements') then
    return;
  end if;
  return query
    with lately as (
      select h.node_id, h.why, h.answered_at from public.sharing_holding h
        join public.access_case k on k.id = h.case_id
      where h.answered_at > since and not k.restricted
        and not exists (select from door.shut(person) s where s.case_id = h.case_id))
    select l.node_id, count(*), count(*) filter (where l.why <> ''), max(l.answered_at),
      max(l.answered_at) filter (where l.why <> ''),
      coalesce((array_agg(l.why order by l.answered_at desc) filter (where l.why <> ''))[1], '')::text
    from lately l group by l.node_id;
end $$;

revoke all on function door.forget_index(bigint), door.switch_index(bigint),
  door.add_node(text, bigint, bigint, text, text, bytea, bytea),
  door.end_node(text, bigint, bigint),
  door.begin_index(bigint, text, integer, integer, bigint, timestamptz, jsonb),
  door.keep_part(bigint, integer, bytea, integer[], bytea[]),
  door.asked_lately(text, bigint, timestamptz), door.nodes_lately(text, bigint, timestamptz)
  from public;
grant execute on function
  door.add_node(text, bigint, bigint, text, text, bytea, bytea),
  door.end_node(text, bigint, bigint),
  door.begin_index(bigint, text, integer, integer, bigint, timestamptz, jsonb),
  door.keep_part(bigint, integer, bytea, integer[], bytea[]),
  door.asked_lately(text, bigint, timestamptz), door.nodes_lately(text, bigint, timestamptz)
  to breakwater_app;
