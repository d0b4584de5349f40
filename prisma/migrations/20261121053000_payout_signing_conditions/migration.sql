-- What a payout must meet before it is signed, and who is looked at first. A column without a default and the two indexes lock `payouts`
-- for as long as it takes to read the payouts that are under way.

-- The reservation, as before, and gas: a payout is signed only when its workspace can have it sent today. A signature that waits for gas
-- would die within the hour. `p_gas_each` wei is the most that one costs to send; what the wallet has being signed, or signed and not sent,
-- counts with it, and the wallet's lock keeps two rounds from giving the same gas away. New outcome: gas_allowance (nothing changed).
drop function payout_enter_signing_batch(uuid[], integer[], numeric[], bigint, uuid[], boolean);
create function payout_enter_signing_batch(
  p_ids uuid[], p_lease_versions integer[], p_helds numeric[], p_block bigint, p_paid uuid[], p_is_exact boolean,
  p_gas_allowance numeric, p_gas_each numeric
) returns table (id uuid, outcome text) language plpgsql as $$
declare
  v_request record;
  v_payout payouts;
  v_wallet text;
  v_reserved numeric;
  v_unsent integer;
  v_gas_used numeric;
  v_is_stale boolean;
  v_is_paid boolean;
  v_failed uuid[] := '{}';
  v_versions integer[] := '{}';
  v_reasons text[] := '{}';
begin
  perform payout_lock_batch(p_ids);
  -- By wallet: what one has promised is summed up once.
  for v_request in
    select r.id, r.lease_version, r.held from unnest(p_ids, p_lease_versions, p_helds) with ordinality r(id, lease_version, held, ord)
      join payouts p on p.id = r.id order by p.from_address, r.ord
  loop
    id := v_request.id;
    select * into v_payout from payouts p
      where p.id = v_request.id and p.status = 'authorized' and p.lease_version = v_request.lease_version;
    if not found then outcome := 'lease_lost'; return next; continue; end if;
    v_is_paid := v_payout.id = any(p_paid);
    if v_wallet is distinct from v_payout.from_address then
      v_wallet := v_payout.from_address;
      select coalesce(sum(p.amount), 0), count(*) filter (where p.status in ('signing', 'signed')) into v_reserved, v_unsent from payouts p
        where p.from_address = v_wallet and p.chain_id = v_payout.chain_id and p.id <> all(p_paid)
          and (p.status in ('signing', 'signed', 'broadcasting', 'succeeded') or (p.status = 'failed' and p.failure_reason like 'tx_confirmation_timeout%'));
      v_is_stale := exists (select 1 from payouts p
        where p.from_address = v_wallet and p.status = 'confirmed' and p.finalized_at is null and p.block_number > p_block);
      v_gas_used := coalesce((select d.spent_wei + d.reserved_wei from workspace_gas_days d
        where d.workspace_id = v_payout.workspace_id and d.day = (now() at time zone 'UTC')::date), 0);
    end if;
    outcome := case when v_is_paid then 'signing' else coalesce(
      payout_signing_refusal(v_payout),
      case when now() >= v_payout.expires_at then 'expired'
        when v_is_stale then 'stale'
        when v_request.held - v_reserved < v_payout.amount then case when p_is_exact then 'insufficient_funds' else 'short' end
        when v_gas_used + v_unsent * p_gas_each >= p_gas_allowance then 'gas_allowance'
        else 'signing' end) end;
    if outcome = 'signing' then
      perform payout_move(v_payout.id, '{authorized}', 'signing', null, 'worker', '{}', '{}', v_request.lease_version);
      if not v_is_paid then v_reserved := v_reserved + v_payout.amount; v_unsent := v_unsent + 1; end if;
    elsif outcome not in ('stale', 'short', 'gas_allowance') then
      v_failed := v_failed || v_payout.id; v_versions := v_versions || v_request.lease_version; v_reasons := v_reasons || outcome;
    end if;
    return next;
  end loop;
  perform payout_fail_batch(v_failed, v_versions, 'authorized', v_reasons);
end $$;

-- Since when it waits for the same thing: the longer, the less often it is looked at.
ALTER TABLE "payouts" ADD COLUMN "waiting_since" TIMESTAMPTZ(3);

-- By workspace, and there by when each fell due: one that was never looked at when it was made, one that waits when its time comes.
drop index payouts_due_idx;
create index payouts_due_idx on payouts (chain_id, workspace_id, (coalesce(next_try_at, created_at)))
  where status in ('authorized', 'signing', 'signed', 'broadcasting', 'succeeded');

-- Leases due payouts: of those that move at most `p_limit`, workspaces in turn and the longest due of each first, so that no workspace's
-- payouts wait behind another's however many of them wait for something; and at most `p_watch_limit` of those that are only watched.
-- `p_timeout_seconds` in `succeeded` is late; the gas of a workspace is spent at `p_gas_allowance` wei.
create function payout_claim_due(
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
        exists (select 1 from workspace_gas_days g where g.workspace_id = p.workspace_id and g.day = (v_now at time zone 'UTC')::date
          and g.spent_wei + g.reserved_wei >= p_gas_allowance),
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
