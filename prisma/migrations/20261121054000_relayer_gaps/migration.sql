-- Nonces of relayers that no stored transaction has, transactions whose fee waits for blocks, and a stop that holds for all that is new.
-- Two nullable columns: an exclusive lock for an instant. The index locks writes of relayer_transactions while it is built.

-- AlterTable
ALTER TABLE "relayer_transactions" ADD COLUMN     "dropped_at" TIMESTAMPTZ(3),
ADD COLUMN     "waits_since_block" BIGINT;

-- What was mined or given up in the last minutes, which a reorganisation or a late block can still change. Asked for in every round.
create index relayer_transactions_ended_idx on relayer_transactions (chain_id, relayer, (coalesce(mined_at, dropped_at)))
  where status in ('mined', 'dropped');

-- Stores the transaction that only uses up a nonce which has no bytes, so that what is behind it can be mined. False when it has some by now.
-- Nobody asked for it, so that no workspace's allowance pays for it. One relayer row is locked, as by relay_prepare_for.
create function relay_fill_nonce(
  p_chain_id integer, p_relayer text, p_nonce bigint, p_hash text, p_raw text, p_max_fee numeric, p_priority_fee numeric, p_gas_limit bigint
) returns boolean language plpgsql as $$
begin
  perform 1 from relayer_accounts where chain_id = p_chain_id and address = p_relayer for update;
  if not found then return false; end if;
  if exists (select 1 from relayer_transactions where chain_id = p_chain_id and relayer = p_relayer and nonce = p_nonce) then
    return false;
  end if;
  insert into relayer_transactions (chain_id, relayer, nonce, purpose, reference, hash, raw_transaction,
      max_fee_per_gas, max_priority_fee_per_gas, gas_limit)
    values (p_chain_id, p_relayer, p_nonce, 'fill', 'nonce:' || p_nonce, p_hash, p_raw, p_max_fee, p_priority_fee, p_gas_limit);
  update relayer_accounts set next_nonce = greatest(next_nonce, p_nonce + 1) where chain_id = p_chain_id and address = p_relayer;
  return true;
end $$;

-- Stores one transaction for 1 to n payouts and moves those that are new to it to broadcasting, or changes nothing. `refused` names the payouts
-- that it must be built without, and why: lease_lost, kill_switch, gas_allowance. Outcomes: prepared, refused, nonce_taken.
-- A stop refuses every payout of its workspace, whatever became of the transactions that it was sent in before: this one is always a new one.
-- What is in the pools already goes on by its stored bytes, which need no nonce.
-- One payout may be in several transactions, of one relayer or of two: all carry the same EIP-3009 authorization, and the token takes it once.
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
