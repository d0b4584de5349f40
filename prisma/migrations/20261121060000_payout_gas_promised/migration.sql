-- Gas that is promised to a signature stays promised until it is sent: a signature lives an hour, and one that waits for gas dies of it.
-- The index locks `payouts` against writes while it is built, for as long as it takes to read them.

-- What is being signed, or signed and not sent.
create index payouts_unsent_idx on payouts (chain_id) where status in ('signing', 'signed');

-- How many more payouts these relayers can send at `p_each` wei, each in a transaction of its own, beyond what is promised: to what they have
-- sent from the mined count on, which their balances were read after, and to what is being signed, or signed and not sent.
create function payout_relay_room(p_chain_id integer, p_each numeric, p_relayers text[], p_mined_nonces bigint[], p_balances numeric[])
returns numeric language sql stable as $$
  select case when p_each = 0 then 'infinity' else (
    select coalesce(sum(floor(greatest(k.balance - o.cost, 0) / p_each)), 0)
      from unnest(p_relayers, p_mined_nonces, p_balances) k(relayer, mined_nonce, balance),
      lateral (select coalesce(sum(n.cost), 0) as cost from (
        select max(t.gas_limit * t.max_fee_per_gas) as cost from relayer_transactions t
          where t.chain_id = p_chain_id and t.relayer = k.relayer and t.nonce >= k.mined_nonce and t.status in ('prepared', 'sent', 'mined')
          group by t.nonce) n) o)
    - (select count(*) from payouts p where p.chain_id = p_chain_id and p.status in ('signing', 'signed')) end
$$;

-- As before, but the allowance of a day keeps nothing back that is signed: it was asked before the signature, and whatever else has spent it
-- since would end a payout that is promised.
create or replace function payout_claim_due(
  p_chain_id integer, p_limit integer, p_watch_limit integer, p_lease_seconds double precision, p_timeout_seconds double precision,
  p_gas_allowance numeric
) returns table (
  id uuid, lease_version integer, status payout_status, failure_reason text, workspace_id uuid, from_address text, to_address text,
  amount numeric, created_at timestamptz, claimed_at timestamptz, expires_at timestamptz, is_expired boolean, is_late boolean,
  is_gasless boolean, age_seconds double precision, waiting_for text, nonce text, valid_before bigint, signature text, block_number bigint,
  open_relays integer, accepted_relays integer, mined_relays text[]
) language plpgsql as $$
#variable_conflict use_column
declare
  v_now timestamptz;
  v_ids uuid[];
begin
  -- Two claims at once would both take the same turns, and one would come back with nothing.
  perform pg_advisory_xact_lock(hashtext('payout_claim_due'));
  v_now := clock_timestamp();
  with recursive workspace as (
    -- From one workspace to the next over the index: a long queue of one costs no more than a short one.
    (select p.workspace_id from payouts p
      where p.status in ('authorized', 'signing', 'signed', 'broadcasting', 'succeeded') and p.chain_id = p_chain_id
      order by p.workspace_id limit 1)
    union all
    select (select p.workspace_id from payouts p
        where p.status in ('authorized', 'signing', 'signed', 'broadcasting', 'succeeded') and p.chain_id = p_chain_id
          and p.workspace_id > w.workspace_id
        order by p.workspace_id limit 1)
      from workspace w where w.workspace_id is not null
  ), candidate as (
    select d.id, d.due_at, row_number() over (partition by w.workspace_id order by d.due_at) as turn
      from workspace w cross join lateral (
        select p.id, coalesce(p.next_try_at, p.created_at) as due_at from payouts p
          where p.status in ('authorized', 'signing', 'signed', 'broadcasting', 'succeeded') and p.chain_id = p_chain_id
            and p.workspace_id = w.workspace_id and coalesce(p.next_try_at, p.created_at) <= v_now
            and (p.lease_until is null or p.lease_until < v_now)
          order by coalesce(p.next_try_at, p.created_at) limit p_limit) d
      where w.workspace_id is not null
  ), moving as (
    select p.id from payouts p
      where p.id in (select c.id from candidate c order by c.turn, c.due_at limit p_limit)
        and p.status in ('authorized', 'signing', 'signed', 'broadcasting', 'succeeded')
      for update skip locked
  ), watched as (
    select p.id from payouts p
      where ((p.status = 'confirmed' and p.finalized_at is null)
          or (p.status = 'failed' and p.failure_reason like 'tx_confirmation_timeout%'))
        and p.chain_id = p_chain_id and (p.lease_until is null or p.lease_until < v_now) and (p.next_try_at is null or p.next_try_at <= v_now)
      order by p.next_try_at nulls first limit p_watch_limit for update skip locked
  ), claimed as (
    update payouts p set lease_until = v_now + make_interval(secs => p_lease_seconds), lease_version = p.lease_version + 1
      where p.id in (select m.id from moving m union all select w.id from watched w) returning p.id
  )
  select array_agg(c.id) into v_ids from claimed c;
  if v_ids is null then return; end if;
  -- A statement of its own: what became of a payout's transactions must be no older than the payout.
  return query
    select p.id, p.lease_version, p.status, p.failure_reason, p.workspace_id, p.from_address, p.to_address, p.amount,
        p.created_at::timestamptz, v_now, p.expires_at::timestamptz, p.expires_at <= v_now,
        p.status = 'succeeded' and p.executed_at < v_now - make_interval(secs => p_timeout_seconds),
        p.status <> 'signed' and exists (select 1 from workspace_gas_days g where g.workspace_id = p.workspace_id
          and g.day = (v_now at time zone 'UTC')::date and g.spent_wei + g.reserved_wei >= p_gas_allowance),
        extract(epoch from v_now - p.signing_at)::float8, p.waiting_for, p.nonce, p.valid_before, p.signature, p.block_number,
        t.open_relays, t.accepted_relays, t.mined_relays
      from payouts p, lateral (
        select count(*) filter (where t.status in ('prepared', 'sent'))::int as open_relays,
            count(*) filter (where t.status in ('sent', 'mined'))::int as accepted_relays,
            array_agg(t.hash) filter (where t.status = 'mined') as mined_relays
          from payout_relays r join relayer_transactions t on t.chain_id = r.chain_id and t.relayer = r.relayer and t.nonce = r.nonce
          where r.payout_row_id = p.id and t.purpose = 'payout') t
      where p.id = any(v_ids)
      order by p.created_at, p.id;
end $$;

-- As before; a payout that is sent for the first time was let in by the allowance before it was signed, and is sent whatever became of it. So a
-- workspace may overdraw by what it has signed, which its allowance had room for.
create or replace function relay_prepare_payouts(
  p_ids uuid[], p_lease_versions integer[], p_chain_id integer, p_relayer text, p_nonce bigint, p_mined_nonce bigint, p_max_ahead integer,
  p_hash text, p_raw text, p_max_fee numeric, p_priority_fee numeric, p_gas_limit bigint, p_gas_allowance numeric
) returns table (outcome text, refused uuid[], reasons text[]) language plpgsql as $$
declare
  v_workspaces uuid[];
  v_empty uuid[];
begin
  perform 1 from workspace_policies where workspace_id in (select workspace_id from payouts where id = any(p_ids)) order by workspace_id for share;
  perform 1 from payouts where id = any(p_ids) order by id for update;
  select array_agg(distinct workspace_id order by workspace_id) into v_workspaces from payouts where id = any(p_ids);
  select array_agg(w) into v_empty from (select w from unnest(v_workspaces) w order by w) o where not relay_has_gas_left(w, p_gas_allowance);

  select 'refused', array_agg(r.id), array_agg(r.why) into outcome, refused, reasons from (
    select i.id, case
        when p.id is null then 'lease_lost'
        when exists (select 1 from workspace_policies k where k.workspace_id = p.workspace_id and k.killed_at is not null)
          then 'kill_switch'
        when p.status <> 'signed' and p.workspace_id = any(v_empty) then 'gas_allowance' end as why
      from unnest(p_ids, p_lease_versions) i(id, lease_version)
      left join payouts p on p.id = i.id and p.lease_version = i.lease_version and p.finalized_at is null
        and (p.status in ('signed', 'broadcasting', 'succeeded', 'confirmed') or p.failure_reason like 'tx_confirmation_timeout%')) r
    where r.why is not null;
  if refused is not null then return next; return; end if;

  update relayer_accounts set next_nonce = p_nonce + 1
    where chain_id = p_chain_id and address = p_relayer and next_nonce = p_nonce and p_nonce < p_mined_nonce + p_max_ahead;
  if not found then outcome := 'nonce_taken'; return next; return; end if;
  insert into payout_relays (payout_row_id, chain_id, relayer, nonce, workspace_id)
    select p.id, p_chain_id, p_relayer, p_nonce, p.workspace_id from payouts p where p.id = any(p_ids);
  insert into relayer_transactions (chain_id, relayer, nonce, purpose, reference, hash, raw_transaction,
      max_fee_per_gas, max_priority_fee_per_gas, gas_limit, workspace_id)
    values (p_chain_id, p_relayer, p_nonce, 'payout', case when cardinality(p_ids) > 1 then 'batch:' else '' end || p_ids[1], p_hash, p_raw,
      p_max_fee, p_priority_fee, p_gas_limit, case when cardinality(v_workspaces) = 1 then v_workspaces[1] end);
  update payouts set tx_hash = p_hash, updated_at = now() where id = any(p_ids) and status <> 'signed';
  perform payout_move(p.id, '{signed}', 'broadcasting', null, 'worker', jsonb_build_object('txHash', p_hash))
    from payouts p where p.id = any(p_ids) and p.status = 'signed';
  outcome := 'prepared';
  return next;
end $$;
