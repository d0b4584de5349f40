-- How payouts are paid: what the worker claims, signs, sends and settles, each for a whole round in one round trip. One new table, small
-- partial indexes and functions; no lock is held for long.

-- CreateTable
CREATE TABLE "payout_relays" (
    "payout_row_id" UUID NOT NULL,
    "chain_id" INTEGER NOT NULL,
    "relayer" TEXT NOT NULL,
    "nonce" BIGINT NOT NULL,
    "workspace_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payout_relays_pkey" PRIMARY KEY ("payout_row_id","chain_id","relayer","nonce")
);

-- CreateIndex
CREATE INDEX "payout_relays_chain_id_relayer_nonce_idx" ON "payout_relays"("chain_id", "relayer", "nonce");

-- What moves on is claimed apart from what is only watched, so that thousands of payouts on their way to finality never stand before a new one.
drop index payouts_due_idx;
create index payouts_due_idx on payouts (created_at)
  where status in ('authorized', 'signing', 'signed', 'broadcasting', 'succeeded');
create index payouts_watched_idx on payouts (next_try_at)
  where (status = 'confirmed' and finalized_at is null) or (status = 'failed' and failure_reason like 'tx_confirmation_timeout%');
-- The newest payment of a wallet that the chain has shown.
create index payouts_paid_idx on payouts (from_address, block_number) where status = 'confirmed' and finalized_at is null;

-- Locks what a batch of payouts may touch, in the one order: policies, wallets, mandates, payouts.
create function payout_lock_batch(p_ids uuid[]) returns void language plpgsql as $$
begin
  perform 1 from workspace_policies where workspace_id in (select workspace_id from payouts where id = any(p_ids))
    order by workspace_id for share;
  perform 1 from managed_wallets w where (w.chain_id, w.address) in (select chain_id, from_address from payouts where id = any(p_ids))
    order by w.chain_id, w.address for update;
  perform 1 from mandates where id in (select mandate_id from payouts where id = any(p_ids) and uses_budget) order by id for update;
  perform 1 from payouts where id = any(p_ids) order by id for update;
end $$;

-- Then the months that payouts count in, which those that fail give back to.
create function payout_lock_months(p_ids uuid[]) returns void language plpgsql as $$
begin
  perform 1 from agent_monthly_spend s where (s.agent_id, s.month) in (select agent_id, counted_month from payouts where id = any(p_ids))
    order by s.agent_id, s.month for update;
end $$;

-- Fails payouts of a batch that has locked them, each for its reason; the last thing that a batch does.
create function payout_fail_batch(p_ids uuid[], p_lease_versions integer[], p_from payout_status, p_reasons text[]) returns void language plpgsql as $$
begin
  if p_ids = '{}' then return; end if;
  perform payout_lock_months(p_ids);
  perform payout_move(r.id, array[p_from], 'failed', r.reason, 'worker', '{}', '{}', r.lease_version)
    from unnest(p_ids, p_lease_versions, p_reasons) r(id, lease_version, reason);
end $$;

-- Why a payout may not be signed any more, or null.
create function payout_signing_refusal(p_payout payouts) returns text language sql stable as $$
  select case
    when exists (select 1 from workspace_policies where workspace_id = p_payout.workspace_id and killed_at is not null) then 'killed'
    when not p_payout.uses_budget then null
    else (select case when m.status = 'revoked' then 'mandate_revoked' when not m.is_enabled then 'mandate_disabled' end
      from mandates m where m.id = p_payout.mandate_id)
  end
$$;

-- The reservation: authorized payouts enter `signing` in the order given, each if its wallet holds enough beyond what it has promised. `p_helds`
-- were read at block `p_block`, and the payouts in `p_paid` were paid there. Outcomes: signing, lease_lost, killed, expired, mandate_revoked,
-- mandate_disabled, stale (the chain has paid something since: read again), short (nothing changed: `p_is_exact` was false),
-- insufficient_funds. One that is paid itself, as after a restored backup, is let through.
create function payout_enter_signing_batch(
  p_ids uuid[], p_lease_versions integer[], p_helds numeric[], p_block bigint, p_paid uuid[], p_is_exact boolean
) returns table (id uuid, outcome text) language plpgsql as $$
declare
  v_request record;
  v_payout payouts;
  v_wallet text;
  v_reserved numeric;
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
      select coalesce(sum(p.amount), 0) into v_reserved from payouts p
        where p.from_address = v_wallet and p.chain_id = v_payout.chain_id and p.id <> all(p_paid)
          and (p.status in ('signing', 'signed', 'broadcasting', 'succeeded') or (p.status = 'failed' and p.failure_reason like 'tx_confirmation_timeout%'));
      v_is_stale := exists (select 1 from payouts p
        where p.from_address = v_wallet and p.status = 'confirmed' and p.finalized_at is null and p.block_number > p_block);
    end if;
    outcome := case when v_is_paid then 'signing' else coalesce(
      payout_signing_refusal(v_payout),
      case when now() >= v_payout.expires_at then 'expired'
        when v_is_stale then 'stale'
        when v_request.held - v_reserved >= v_payout.amount then 'signing'
        when p_is_exact then 'insufficient_funds' else 'short' end) end;
    if outcome = 'signing' then
      perform payout_move(v_payout.id, '{authorized}', 'signing', null, 'worker', '{}', '{}', v_request.lease_version);
      if not v_is_paid then v_reserved := v_reserved + v_payout.amount; end if;
    elsif outcome not in ('stale', 'short') then
      v_failed := v_failed || v_payout.id; v_versions := v_versions || v_request.lease_version; v_reasons := v_reasons || outcome;
    end if;
    return next;
  end loop;
  perform payout_fail_batch(v_failed, v_versions, 'authorized', v_reasons);
end $$;

-- Stores signatures before anybody else can see them, if nothing has changed its mind meanwhile. Outcomes: signed, lease_lost, killed,
-- mandate_revoked, mandate_disabled; one that is not stored has failed for `signing_failed:<outcome>`, unless its lease is lost.
create function payout_store_signatures(
  p_ids uuid[], p_lease_versions integer[], p_nonces text[], p_valid_befores bigint[], p_signatures text[], p_paid uuid[]
) returns table (id uuid, outcome text) language plpgsql as $$
declare
  v_request record;
  v_payout payouts;
  v_refusal text;
  v_failed uuid[] := '{}';
  v_versions integer[] := '{}';
  v_reasons text[] := '{}';
begin
  perform payout_lock_batch(p_ids);
  for v_request in
    select r.* from unnest(p_ids, p_lease_versions, p_nonces, p_valid_befores, p_signatures)
      r(id, lease_version, nonce, valid_before, signature)
  loop
    id := v_request.id;
    select * into v_payout from payouts p
      where p.id = v_request.id and p.status = 'signing' and p.lease_version = v_request.lease_version;
    if not found then outcome := 'lease_lost'; return next; continue; end if;
    v_refusal := case when v_request.id <> all(p_paid) then payout_signing_refusal(v_payout) end;
    if v_refusal is not null then
      v_failed := v_failed || v_payout.id; v_versions := v_versions || v_request.lease_version;
      v_reasons := v_reasons || ('signing_failed:' || v_refusal);
    else
      perform payout_move(v_payout.id, '{signing}', 'signed', null, 'worker', jsonb_build_object('nonce', v_request.nonce,
        'validBefore', v_request.valid_before, 'signature', v_request.signature), '{}', v_request.lease_version);
    end if;
    outcome := coalesce(v_refusal, 'signed');
    return next;
  end loop;
  perform payout_fail_batch(v_failed, v_versions, 'signing', v_reasons);
end $$;

-- Moves of a round, one payout several times in the order given. Answers the moves that happened.
create function payout_move_batch(
  p_ids uuid[], p_lease_versions integer[], p_froms payout_status[], p_tos payout_status[], p_reasons text[], p_changes jsonb[], p_details jsonb[]
) returns table (id uuid, status payout_status) language plpgsql as $$
begin
  perform payout_lock_batch(p_ids);
  perform payout_lock_months(array(select r.id from unnest(p_ids, p_tos) r(id, to_status) where r.to_status = 'failed'));
  return query
    select (m.moved).id, (m.moved).status from (
      select r.ord, payout_move(r.id, array[r.from_status], r.to_status, r.reason, 'worker', coalesce(r.changes, '{}'), coalesce(r.details, '{}'), r.lease_version) as moved
        from unnest(p_ids, p_lease_versions, p_froms, p_tos, p_reasons, p_changes, p_details)
          with ordinality r(id, lease_version, from_status, to_status, reason, changes, details, ord)
        order by r.ord offset 0) m
      where (m.moved).id is not null;
end $$;

-- Ends what nobody decided or signed in time. One that a worker has in hand, or had until just now, is left to it: the chain may have paid it
-- before a backup was restored.
create function payout_expire_due(p_limit integer) returns integer language plpgsql as $$
declare
  v_ids uuid[];
begin
  select array_agg(d.id) into v_ids from (
    select p.id from payouts p where p.expires_at <= now() and (p.status = 'pending_authorization'
        or (p.status = 'authorized' and (p.lease_until is null or p.lease_until < now()) and p.expires_at <= now() - interval '15 seconds'))
      order by p.expires_at limit p_limit) d;
  if v_ids is null then return 0; end if;
  perform payout_lock_batch(v_ids);
  perform payout_lock_months(v_ids);
  return (select count((payout_move(p.id, '{pending_authorization,authorized}', 'failed', 'expired', 'worker')).id)
    from unnest(v_ids) p(id));
end $$;

-- Gas of a batch for several workspaces: each pays for its share of the items.
create function count_shared_gas() returns trigger language plpgsql as $$
declare
  v_day date := (new.created_at at time zone 'UTC')::date;
  v_spent numeric := case when new.status = 'mined' then coalesce(new.fee_wei, 0) else 0 end;
  v_reserved numeric := case when new.status in ('prepared', 'sent') then new.gas_limit * new.max_fee_per_gas else 0 end;
  v_old_spent numeric := 0;
  v_old_reserved numeric := 0;
begin
  if tg_op = 'UPDATE' then
    v_old_spent := case when old.status = 'mined' then coalesce(old.fee_wei, 0) else 0 end;
    v_old_reserved := case when old.status in ('prepared', 'sent') then old.gas_limit * old.max_fee_per_gas else 0 end;
  end if;
  if v_spent = v_old_spent and v_reserved = v_old_reserved then return null; end if;
  -- What was counted is taken back as it was counted: the division of each amount is rounded by itself.
  insert into workspace_gas_days (workspace_id, day, spent_wei, reserved_wei)
    select s.workspace_id, v_day, 0, 0 from payout_relays s
      where s.chain_id = new.chain_id and s.relayer = new.relayer and s.nonce = new.nonce
      group by s.workspace_id order by s.workspace_id
    on conflict do nothing;
  -- In the order in which relay_prepare_payouts locks them.
  perform 1 from workspace_gas_days d where d.day = v_day and d.workspace_id in (select s.workspace_id from payout_relays s
    where s.chain_id = new.chain_id and s.relayer = new.relayer and s.nonce = new.nonce) order by d.workspace_id for update;
  update workspace_gas_days d
    set spent_wei = d.spent_wei + ceil(v_spent * s.items / s.total) - ceil(v_old_spent * s.items / s.total),
      reserved_wei = d.reserved_wei + ceil(v_reserved * s.items / s.total) - ceil(v_old_reserved * s.items / s.total)
    from (select r.workspace_id, count(*) as items, sum(count(*)) over () as total from payout_relays r
      where r.chain_id = new.chain_id and r.relayer = new.relayer and r.nonce = new.nonce group by r.workspace_id) s
    where d.workspace_id = s.workspace_id and d.day = v_day;
  return null;
end $$;
create trigger relayer_transactions_shared_gas after insert or update of status, fee_wei on relayer_transactions
  for each row when (new.purpose = 'payout' and new.workspace_id is null) execute function count_shared_gas();

-- Stores one transaction for 1 to n payouts and moves those that are new to it to broadcasting, or changes nothing. `refused` names the payouts
-- that it must be built without, and why: lease_lost, kill_switch, gas_allowance. Outcomes: prepared, refused, nonce_taken.
create function relay_prepare_payouts(
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
        when p.status = 'signed' and exists (select 1 from workspace_policies k where k.workspace_id = p.workspace_id and k.killed_at is not null)
          then 'kill_switch'
        when p.workspace_id = any(v_empty) then 'gas_allowance' end as why
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
