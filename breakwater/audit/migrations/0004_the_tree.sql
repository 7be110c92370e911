-- The ledger as a tree: what makes a change of it provable, even by whoever owns the database.
--
-- Entries are inserted freely. Each new one waits in ledger_waiting; ledger.sequence() gives those
-- that wait, older than every transaction under way, their places 0, 1, 2, ... in ledger_leaf. A
-- leaf is a commitment, SHA-256 of salt and content, hashed as RFC 9162 says. Whoever holds a
-- signed root of the tree can prove later what stood in the ledger, and that it still stands.
--
-- Functions are the owner's (SECURITY DEFINER). Web and worker may call sequence() and publish(),
-- and read places, hashes and checkpoints, of which none says anything of an entry's content.

create schema ledger;

-- ONE place says what of an entry is committed to, and as which text. Exports hold it verbatim.
-- `capability` is secret and no part of it; times are whole microseconds; keys stand as jsonb
-- orders them, so that every text begins {"at": ... A column added to ledger_entry that says
-- anything must be added here and to ledger.erased, for entries from then on.
create function ledger.canonical(e public.ledger_entry) returns text
language sql stable parallel safe as $$
  select jsonb_build_object(
    'at', (extract(epoch from e.at) * 1000000)::bigint, 'id', e.id, 'xid', e.xid::text,
    'actor', e.actor, 'agency', e.agency_id, 'verb', e.verb, 'cases', e.cases,
    'subject', e.subject, 'purpose', e.purpose, 'allowed', e.allowed, 'facts', e.facts)::text
$$;

create function ledger.commitment(e public.ledger_entry) returns bytea
language sql stable parallel safe as
$$ select sha256(e.salt || convert_to(ledger.canonical(e), 'UTF8')) $$;

-- What is left of an entry when its content is erased: that there was one, and when.
create function ledger.erased(e public.ledger_entry) returns public.ledger_entry
language plpgsql stable as $$ begin
  e.actor := ''; e.agency_id := null; e.verb := 'erased'; e.cases := '{}'; e.subject := '';
  e.purpose := ''; e.allowed := true; e.facts := '{}'; e.salt := ''; e.capability := null;
  return e;
end $$;

-- -- Entries that wait for their place ---------------------------------------------------------
-- A queue, so that finding them costs the same however long the ledger is.

create table ledger_waiting (
  xid xid8, at timestamptz, entry uuid, primary key (xid, at, entry)
);
alter table ledger_waiting set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
insert into ledger_waiting select xid, at, id from ledger_entry;

create function ledger.wait() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$ begin
  insert into public.ledger_waiting values (new.xid, new.at, new.id);
  return null;
end $$;
create trigger waits after insert on ledger_entry for each row execute function ledger.wait();

-- -- The tree ----------------------------------------------------------------------------------

-- The root over 2, 4, 8, ... hashes.
create function ledger.fold(hashes bytea[]) returns bytea
language plpgsql immutable parallel safe as $$ begin
  while cardinality(hashes) > 1 loop
    hashes := array(
      select sha256('\x01'::bytea || hashes[2 * i - 1] || hashes[2 * i])
      from generate_series(1, cardinality(hashes) / 2) i order by i);
  end loop;
  return hashes[1];
end $$;

-- Keep the hash of every 256 leaves, of every 256 of those, and so on: with them a root or a proof
-- costs some hundred rows, however long the ledger is, and nothing else need be remembered.
create function ledger.keep_nodes(size bigint) returns void
language plpgsql as $$
declare
  step integer := 8;
  done bigint;
begin
  while size >> step > 0 loop
    select coalesce(max(index) + 1, 0) into done from public.ledger_node where level = step;
    insert into public.ledger_node (level, index, hash)
      select step, tile, ledger.fold(case when step = 8
        then array(
          select sha256('\x00'::bytea || commitment) from public.ledger_leaf
          where index >= tile * 256 and index < (tile + 1) * 256 order by index)
        else array(
          select hash from public.ledger_node
          where level = step - 8 and index >= tile * 256 and index < (tile + 1) * 256
          order by index) end)
      from generate_series(done, (size >> step) - 1) tile;
    step := step + 8;
  end loop;
end $$;

-- Give at most `most` waiting entries their places; return the number of leaves, or null when
-- another worker is at it. Only entries older than any transaction under way: nothing that is
-- still to be committed can belong before them. (A transaction number of the future is one from
-- before a restore into another cluster; it is visible, so it is committed.)
create function ledger.sequence(most integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  before bigint;
  placed bigint;
begin
  if not pg_try_advisory_xact_lock(hashtext('breakwater ledger')) then
    return null;
  end if;
  select coalesce(max(index) + 1, 0) into before from public.ledger_leaf;
  with settled as materialized (
    select xid, at, entry from public.ledger_waiting
    where xid < pg_snapshot_xmin(pg_current_snapshot())
      or xid >= pg_snapshot_xmax(pg_current_snapshot())
    order by xid, at, entry limit most
  ), gone as (
    delete from public.ledger_waiting w using settled s
    where w.xid = s.xid and w.at = s.at and w.entry = s.entry
  )
  insert into public.ledger_leaf (index, entry, commitment)
    select before + row_number() over (order by s.xid, s.at, s.entry) - 1, found.id,
      found.commitment
    from settled s cross join lateral (
      -- `offset 0`: by the index, one by one, whatever the planner believes of the numbers.
      select e.id, ledger.commitment(e) as commitment
      from public.ledger_entry e where e.id = s.entry offset 0) found;
  get diagnostics placed = row_count;
  if placed > 0 then
    perform ledger.keep_nodes(before + placed);
  end if;
  return before + placed;
end $$;

-- The root over the first `size` leaves, from the kept nodes and the last leaves.
create function ledger.root(size bigint) returns bytea
language plpgsql stable as $$
declare
  start bigint := 0;
  after bigint;
  base integer;
  parts bytea[] := '{}';
  result bytea;
begin
  for high in reverse 62..0 loop
    continue when size & (1::bigint << high) = 0;
    base := high - high % 8;
    after := start + (1::bigint << high);
    parts := parts || ledger.fold(case when base = 0
      then array(
        select sha256('\x00'::bytea || commitment) from public.ledger_leaf
        where index >= start and index < after order by index)
      else array(
        select hash from public.ledger_node
        where level = base and index >= start >> base and index < after >> base
        order by index) end);
    start := after;
  end loop;
  result := parts[cardinality(parts)];
  for i in reverse cardinality(parts) - 1..1 loop
    result := sha256('\x01'::bytea || parts[i] || result);
  end loop;
  return result;
end $$;

-- Keep a signed root; each is about the whole tree and extends the last. The signature is checked
-- by whoever reads it: no key is in the database.
create function ledger.publish(new_size bigint, new_root bytea, new_note text) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$ begin
  if new_size is distinct from (select max(index) + 1 from public.ledger_leaf)
    or new_size <= (select max(size) from public.ledger_checkpoint)
  then
    raise exception 'a checkpoint is about all % leaves and about more than the last', new_size;
  end if;
  if new_root is distinct from ledger.root(new_size) then
    raise exception 'this is not the root of % leaves', new_size;
  end if;
  insert into public.ledger_checkpoint (size, root, at, note)
    values (new_size, new_root, clock_timestamp(), new_note);
end $$;

-- -- Nothing is changed, but for a lawful erasure ----------------------------------------------

create function ledger.is_erasure(was public.ledger_entry, becomes public.ledger_entry)
returns boolean language sql stable as $$
  select becomes is not distinct from ledger.erased(was) and was.salt <> '' and was.verb <> 'erase'
    and exists (
      select from public.ledger_leaf l
        join public.ledger_waiting w on w.xid = pg_current_xact_id()
        join public.ledger_entry own on own.id = w.entry
      where l.entry = was.id and own.verb = 'erase' and own.subject = 'leaf:' || l.index)
$$;

create function ledger.refuse_change() returns trigger language plpgsql as $$ begin
  if tg_op = 'UPDATE' then
    if ledger.is_erasure(old, new) then
      return new;
    end if;
  end if;
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'BW001';
end $$;
drop trigger never_changed on ledger_entry;
create trigger never_changed before update or delete on ledger_entry
  for each row execute function ledger.refuse_change();

-- Destroy the content and the salt of the entry at a place; its leaf and every proof stay. For the
-- owner alone. The transaction must already hold an entry of its own that says so: verb `erase`,
-- subject `leaf:PLACE`.
create function ledger.erase(place bigint) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  bare public.ledger_entry;
begin
  select (ledger.erased(e)).* into bare
    from public.ledger_leaf l join public.ledger_entry e on e.id = l.entry where l.index = place;
  if not found then
    raise exception 'the ledger has no entry at place %', place using errcode = 'BW002';
  end if;
  update public.ledger_entry e
    set actor = bare.actor, agency_id = bare.agency_id, verb = bare.verb, cases = bare.cases,
      subject = bare.subject, purpose = bare.purpose, allowed = bare.allowed,
      facts = bare.facts, salt = bare.salt, capability = bare.capability
    where e.id = bare.id;
end $$;
-- Serves the export, which shows with each erased entry the one that says so.
create index ledger_erasures on ledger_entry (subject) where verb = 'erase';

-- -- Who may what ------------------------------------------------------------------------------

do $$ begin
  create role breakwater_app nologin;
exception when duplicate_object or unique_violation then null;
end $$;
revoke all on all functions in schema ledger from public;
grant usage on schema ledger to breakwater_app;
grant execute on function ledger.sequence(integer), ledger.publish(bigint, bytea, text)
  to breakwater_app;
alter table ledger_waiting enable row level security;
alter table ledger_leaf enable row level security;
alter table ledger_node enable row level security;
alter table ledger_checkpoint enable row level security;
create policy seen on ledger_leaf for select to breakwater_app using (true);
create policy seen on ledger_node for select to breakwater_app using (true);
create policy seen on ledger_checkpoint for select to breakwater_app using (true);
grant select on ledger_leaf, ledger_node, ledger_checkpoint to breakwater_app;
