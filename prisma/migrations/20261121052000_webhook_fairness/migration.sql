-- Webhooks: a queue of targets, so that a claim reads only what is due and takes it from the workspaces in turns; secrets that keep signing
-- for their day however often they are replaced; credits in the spelling and the times of the API. Locks: one new table, functions, triggers
-- on webhook_deliveries (a moment), and a column each for two small tables.

-- Where something waits, and from when on it is worth a look: never later than its first delivery that can be sent.
create table "webhook_targets" (
    "target" TEXT COLLATE "C" NOT NULL,
    "workspace_id" UUID NOT NULL,
    "is_own" BOOLEAN NOT NULL,
    "next_due_at" TIMESTAMPTZ(6) NOT NULL,
    constraint "webhook_targets_pkey" primary key ("target")
);
create index "webhook_targets_workspace_id_is_own_next_due_at_target_idx" on "webhook_targets" ("workspace_id", "is_own", "next_due_at", "target");

insert into webhook_targets (target, workspace_id, is_own, next_due_at)
  select d.target, d.workspace_id, d.endpoint_id is null, min(d.next_attempt_at) from webhook_deliveries d where d.status = 'pending'
    group by d.target, d.workspace_id, d.endpoint_id is null on conflict do nothing;

-- In the transaction that makes deliveries, and in the order of their targets, so that two of them never wait for each other.
create function webhook_note_new() returns trigger language plpgsql as $$
begin
  insert into webhook_targets as t (target, workspace_id, is_own, next_due_at)
    select n.target, n.workspace_id, n.endpoint_id is null, min(n.next_attempt_at) from new_rows n where n.status = 'pending'
      group by n.target, n.workspace_id, n.endpoint_id is null order by n.target
    on conflict (target) do update set next_due_at = least(t.next_due_at, excluded.next_due_at);
  return null;
end $$;
create trigger webhook_deliveries_note_new after insert on webhook_deliveries
  referencing new table as new_rows for each statement execute function webhook_note_new();

-- What is tried, ended or moved gives its target's room to the next: the claim looks at once. Where nothing waits any more there is no row.
-- A claim itself leaves a lease, and writes for itself when it looks next.
create function webhook_note_freed() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_targets text[];
begin
  select array_agg(distinct n.target) into v_targets from new_rows n where n.lease_until is null or n.lease_until <= clock_timestamp();
  if v_targets is null then return null; end if;
  -- Locked before their deliveries are read: who makes one meanwhile waits, and then says so.
  perform 1 from webhook_targets t where t.target = any(v_targets) order by t.target for update;
  update webhook_targets t set next_due_at = least(t.next_due_at, now())
    where t.target = any(v_targets) and exists (select 1 from webhook_deliveries d where d.status = 'pending' and d.target = t.target);
  delete from webhook_targets t
    where t.target = any(v_targets) and not exists (select 1 from webhook_deliveries d where d.status = 'pending' and d.target = t.target);
  return null;
end $$;
create trigger webhook_deliveries_note_freed after update on webhook_deliveries
  referencing new table as new_rows for each statement execute function webhook_note_freed();

-- Former secrets as [{sealed, endsAt}], newest first: each signs until its own end, so that replacing one twice does not silence the one
-- that the receiver still has.
alter table webhook_endpoints add column "former_secrets" JSONB NOT NULL default '[]';
alter table workspace_webhook_secrets add column "former_secrets" JSONB NOT NULL default '[]';
update webhook_endpoints set former_secrets = jsonb_build_array(jsonb_build_object('sealed', sealed_previous_secret, 'endsAt', previous_ends_at))
  where previous_ends_at > now() and sealed_previous_secret is not null;
update workspace_webhook_secrets set former_secrets = jsonb_build_array(jsonb_build_object('sealed', sealed_previous_secret, 'endsAt', previous_ends_at))
  where previous_ends_at > now() and sealed_previous_secret is not null;
alter table webhook_endpoints drop column "sealed_previous_secret", drop column "previous_ends_at";
alter table workspace_webhook_secrets drop column "sealed_previous_secret", drop column "previous_ends_at";

create function webhook_live_secrets(p_former jsonb) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(f.secret order by f.place), '[]') from jsonb_array_elements(p_former) with ordinality f(secret, place)
    where (f.secret->>'endsAt')::timestamptz > now()
$$;

-- The former secrets once `p_sealed` is one of them. Nine fit into the header of a message; a tenth within its day ends the oldest.
create function webhook_retire_secret(p_former jsonb, p_sealed text, p_hours integer) returns jsonb language sql stable as $$
  select jsonb_build_array(jsonb_build_object('sealed', p_sealed, 'endsAt', now() + make_interval(hours => p_hours)))
    || jsonb_path_query_array(webhook_live_secrets(p_former), '$[0 to 7]')
$$;

-- So what is under way is found by the index of leases alone.
alter table webhook_deliveries add constraint webhook_deliveries_leased_check check (lease_until is null or status = 'pending');

-- Leases due deliveries. Over all workers at most `p_per_target` of a target and `p_per_workspace` of a workspace are under way at once, half
-- of that to payouts' own addresses. Whoever has the fewest under way goes first, and nobody takes more than is then left free, so that some
-- that hang leave room for one that comes later. Of one payout and target the oldest that is due goes alone; one that waits for its next try
-- holds nothing back. It reads targets that are due only, whatever else waits.
drop function webhook_claim(integer, integer, integer, integer);
create function webhook_claim(p_limit integer, p_per_target integer, p_per_workspace integer, p_lease_seconds integer)
returns table (
  id uuid, lease_version integer, attempts integer, event_id uuid, type text, body text, workspace_id uuid, endpoint_id uuid, url text,
  sealed_secret text, sealed_former_secrets text[]
) language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  v_now timestamptz;
  v_targets text[];
  v_ids uuid[];
  v_left text[];
begin
  -- Two claims at once would both count what is under way without the other's.
  perform pg_advisory_xact_lock(hashtext('webhook_claim'));
  -- A constant: an index is not read up to a clock that moves.
  v_now := clock_timestamp();

  with recursive workspace as (
    (select t.workspace_id as id from webhook_targets t order by t.workspace_id limit 1)
    union all
    select (select t.workspace_id from webhook_targets t where t.workspace_id > w.id order by t.workspace_id limit 1)
      from workspace w where w.id is not null
  ), busy as materialized (
    select l.workspace_id, count(*)::integer as count, (count(*) filter (where l.endpoint_id is null))::integer as own
      from webhook_deliveries l where l.lease_until > v_now group by l.workspace_id
  ), due as (
    select t.target, t.next_due_at, row_number() over (partition by w.id order by t.place, t.is_own) + coalesce(b.count, 0) as of_workspace
      from workspace w left join busy b on b.workspace_id = w.id
      cross join lateral (
        (select t.target, t.is_own, t.next_due_at, row_number() over (order by t.next_due_at, t.target) as place from webhook_targets t
          where t.workspace_id = w.id and t.is_own = false and t.next_due_at <= v_now order by t.next_due_at, t.target
          limit greatest(least(p_per_workspace - coalesce(b.count, 0), p_limit), 0))
        union all
        (select t.target, t.is_own, t.next_due_at, row_number() over (order by t.next_due_at, t.target) as place from webhook_targets t
          where t.workspace_id = w.id and t.is_own = true and t.next_due_at <= v_now order by t.next_due_at, t.target
          limit greatest(least(p_per_workspace - coalesce(b.count, 0), p_per_workspace / 2 - coalesce(b.own, 0), p_limit), 0))) t
      where w.id is not null
  )
  -- Locked before their deliveries are read: who makes one meanwhile waits, and then says so.
  select array_agg(l.target) into v_targets from (
    select t.target from webhook_targets t
      where t.target = any(array(select d.target from due d order by d.of_workspace, d.next_due_at limit p_limit)) for update skip locked) l;
  if v_targets is null then return; end if;

  with leased as materialized (
    select l.target, l.workspace_id, l.endpoint_id is null as is_own from webhook_deliveries l
      where l.lease_until > v_now
  ), candidate as materialized (
    select c.id, c.next_attempt_at, c.sequence, t.target, t.workspace_id, t.is_own, t.next_due_at,
        row_number() over (partition by t.target order by c.next_attempt_at, c.sequence) as place
      from webhook_targets t
      left join (select l.target, count(*)::integer as count from leased l group by l.target) busy on busy.target = t.target
      cross join lateral (
        select d.id, d.next_attempt_at, d.sequence from webhook_deliveries d
          where d.status = 'pending' and d.target = t.target and d.next_attempt_at <= v_now
            and (d.lease_until is null or d.lease_until <= v_now)
            -- A look-up for each row, never a join with all that waits.
            and (select o.sequence from webhook_deliveries o
              where o.status = 'pending' and o.payout_row_id = d.payout_row_id and o.target = d.target and o.sequence < d.sequence
                and (o.next_attempt_at <= v_now or o.lease_until > v_now) limit 1) is null
          order by d.next_attempt_at, d.sequence
          limit greatest(p_per_target - coalesce(busy.count, 0), 0)) c
      where t.target = any(v_targets)
  ), fair as (
    select c.*,
        row_number() over (partition by c.workspace_id order by c.place, c.is_own, c.next_due_at, c.sequence)
          + (select count(*) from leased l where l.workspace_id = c.workspace_id) as of_workspace,
        row_number() over (partition by c.workspace_id, c.is_own order by c.place, c.next_due_at, c.sequence)
          + (select count(*) from leased l where l.workspace_id = c.workspace_id and l.is_own = c.is_own) as of_kind
      from candidate c
  ), ranked as (
    select f.*, row_number() over (order by f.of_workspace, f.next_attempt_at, f.sequence) as position from fair f
      where f.of_workspace <= p_per_workspace and (not f.is_own or f.of_kind <= p_per_workspace / 2)
  ), claimed as (
    update webhook_deliveries d
      set lease_until = v_now + make_interval(secs => p_lease_seconds), lease_version = d.lease_version + 1
      from (select d.id from webhook_deliveries d
        where d.id = any(array(select r.id from ranked r where r.of_workspace <= p_limit - r.position + 1)) and d.status = 'pending'
        for update skip locked) c
      where d.id = c.id returning d.id
  )
  select (select array_agg(c.id) from claimed c),
      (select array_agg(distinct c.target) from candidate c where not c.id = any(array(select o.id from claimed o)))
    into v_ids, v_left;

  -- What could be taken is taken, so the target is due again when something of it ends (`webhook_note_freed`), when a lease runs out, or with
  -- its next try. One with more than there was room for keeps its place.
  with leased as materialized (
    select l.target, min(l.lease_until) as ends_at from webhook_deliveries l where l.lease_until > v_now group by l.target
  ), next as materialized (
    select t.target, least((select l.ends_at from leased l where l.target = t.target),
        (select d.next_attempt_at from webhook_deliveries d
          where d.status = 'pending' and d.target = t.target and d.next_attempt_at > v_now order by d.next_attempt_at limit 1)) as due_at
      from webhook_targets t where t.target = any(v_targets) and not t.target = any(coalesce(v_left, '{}'))
  ), emptied as (
    delete from webhook_targets t where t.target = any(array(select n.target from next n where n.due_at is null))
  )
  update webhook_targets t set next_due_at = n.due_at from next n where t.target = n.target and n.due_at is not null;

  return query
    select d.id, d.lease_version, d.attempts, d.event_id, e.type, e.body, d.workspace_id, d.endpoint_id, coalesce(p.url, d.url),
        case when d.endpoint_id is null then s.sealed_secret else p.sealed_secret end,
        array(select f.secret->>'sealed' from jsonb_array_elements(webhook_live_secrets(
          coalesce(case when d.endpoint_id is null then s.former_secrets else p.former_secrets end, '[]'))) with ordinality f(secret, place)
          order by f.place)
      from webhook_deliveries d join webhook_events e on e.id = d.event_id
      left join webhook_endpoints p on p.id = d.endpoint_id
      left join workspace_webhook_secrets s on d.endpoint_id is null and s.workspace_id = d.workspace_id
      where d.id = any(v_ids)
      order by d.sequence;
end $$;

-- Keccak-256 of up to 135 bytes of ASCII, its first 160 bits in hex. 2 ms: for what is rare.
create function keccak_160(p_text text) returns text language plpgsql immutable strict as $$
declare
  -- Of each round: what the first lane is changed by (iota).
  c_rounds constant bigint[] := array[1, 32898, -9223372036854742902, -9223372034707259392, 32907, 2147483649, -9223372034707259263, -9223372036854743031, 138, 136,
    2147516425, 2147483658, 2147516555, -9223372036854775669, -9223372036854742903, -9223372036854743037, -9223372036854743038,
    -9223372036854775680, 32778, -9223372034707292150, -9223372034707259263, -9223372036854742912, 2147483649, -9223372034707259384];
  -- From lane to lane (pi), and by how many bits each is turned on its way (rho).
  c_lanes constant integer[] := array[10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];
  c_turns constant integer[] := array[1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];
  v_block bytea := convert_to(p_text, 'UTF8');
  s bigint[] := array_fill(0::bigint, array[25]);
  c bigint[];
  v_lane bigint;
  v_next bigint;
begin
  if length(v_block) > 135 then raise exception 'too long'; end if;
  v_block := decode(rpad(encode(v_block || '\x01', 'hex'), 272, '0'), 'hex');
  v_block := set_byte(v_block, 135, get_byte(v_block, 135) | 128);
  for i in 0..16 loop
    for j in reverse 7..0 loop
      s[i + 1] := (s[i + 1] << 8) | get_byte(v_block, i * 8 + j);
    end loop;
  end loop;
  for v_round in 1..24 loop
    for x in 1..5 loop c[x] := s[x] # s[x + 5] # s[x + 10] # s[x + 15] # s[x + 20]; end loop;
    for x in 1..5 loop
      v_lane := c[x % 5 + 1];
      v_lane := c[(x + 3) % 5 + 1] # ((v_lane << 1) | ((v_lane >> 63) & 1));
      for y in 0..4 loop s[x + 5 * y] := s[x + 5 * y] # v_lane; end loop;
    end loop;
    v_lane := s[2];
    for i in 1..24 loop
      v_next := s[c_lanes[i] + 1];
      s[c_lanes[i] + 1] := (v_lane << c_turns[i]) | ((v_lane >> (64 - c_turns[i])) & ((1::bigint << c_turns[i]) - 1));
      v_lane := v_next;
    end loop;
    for y in 0..4 loop
      c := s[5 * y + 1:5 * y + 5];
      for x in 1..5 loop s[5 * y + x] := c[x] # (~c[x % 5 + 1] & c[(x + 1) % 5 + 1]); end loop;
    end loop;
    s[1] := s[1] # c_rounds[v_round];
  end loop;
  return (select string_agg(lpad(to_hex((s[b / 8 + 1] >> (b % 8 * 8)) & 255), 2, '0'), '' order by b) from generate_series(0, 19) b);
end $$;

-- The spelling of an address that the API answers (EIP-55).
create function checksum_address(p_address text) returns text language sql immutable strict as $$
  select '0x' || string_agg(case when substr(h.hash, n, 1) >= '8' then upper(substr(p_address, n + 2, 1)) else substr(p_address, n + 2, 1) end, ''
      order by n)
    from (select keccak_160(substr(p_address, 3)) as hash) h, generate_series(1, 40) n
$$;

create or replace function webhook_emit_credit(
  p_agent text, p_version integer, p_id uuid, p_source text, p_amount numeric, p_chain integer, p_tx text, p_sender text, p_balance numeric, p_at timestamptz
) returns void language sql as $$
  select webhook_emit(a.workspace_id, 'deposit.credited', jsonb_build_object('stateVersion', p_version, 'deposit', jsonb_build_object(
      'depositId', p_id, 'source', p_source, 'agentId', a.id, 'agentName', a.name, 'amount', p_amount::text, 'currency', 'USDC',
      'chainId', p_chain, 'txHash', p_tx, 'sender', checksum_address(p_sender), 'balanceAfter', p_balance::text, 'creditedAt', iso_time(p_at))))
    from agents a where a.id = p_agent and a.workspace_id is not null
$$;
