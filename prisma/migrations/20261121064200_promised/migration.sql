-- What a managed wallet has promised. Functions only; nothing is locked.

-- Payouts of a wallet that are being signed, sent or timed out, and confirmed ones that the chain took back while somebody can still use their
-- authorization: they are paid once more from the same wallet.
create function payouts_promised(p_chain_id integer, p_address text) returns setof payouts language sql stable as $$
  select p.* from payouts p where p.from_address = p_address and p.chain_id = p_chain_id
    and (p.status in ('signing', 'signed', 'broadcasting', 'succeeded') or (p.status = 'failed' and p.failure_reason like 'tx_confirmation_timeout%'))
  union all
  -- From the few alarms, not from the many that are not final yet.
  select p.* from (select a.subject::uuid as id from alarms a where a.kind = 'payout_reorganised' and a.resolved_at is null offset 0) a
    join payouts p on p.id = a.id
    where p.from_address = p_address and p.chain_id = p_chain_id and p.status = 'confirmed' and p.finalized_at is null
      and p.waiting_for is distinct from 'reorganised_for_good'
$$;

-- As before, by `payouts_promised`.
create or replace function managed_wallet_promised(p_chain_id integer, p_address text, p_block bigint) returns numeric language sql stable as $$
  select coalesce((select sum(s.amount) from (
        select p.id, p.amount from payouts_promised(p_chain_id, p_address) p
        union
        select p.id, p.amount from payouts p where p.from_address = p_address and p.chain_id = p_chain_id
          and p.status = 'confirmed' and p.finalized_at is null and p.block_number > p_block) s), 0)
    + coalesce((select sum(p.amount) from managed_wallets m join payouts p on p.workspace_id = m.workspace_id and p.from_address = m.address
      where m.chain_id = p_chain_id and m.address = p_address and p.chain_id = p_chain_id and p.kind = 'sweep' and p.status = 'authorized'), 0)
$$;

-- The reservation, as before, by `payouts_promised`. In an exact look the payouts in `p_listed` were asked for whether they are paid, at the block
-- where the balance was read. Of one that was promised since nobody knows whether the balance has it still: where it decides, the outcome is stale.
-- And a relayer's gas: its balance counts only as far as it is not promised. `p_balances` wei were read after `p_mined_nonces`. New outcome:
-- relayer_gas (nothing changed).
drop function payout_enter_signing_batch(uuid[], integer[], numeric[], bigint, uuid[], boolean, numeric, numeric);
create function payout_enter_signing_batch(
  p_ids uuid[], p_lease_versions integer[], p_helds numeric[], p_block bigint, p_paid uuid[], p_is_exact boolean, p_listed uuid[],
  p_gas_allowance numeric, p_gas_each numeric, p_relayers text[], p_mined_nonces bigint[], p_balances numeric[]
) returns table (id uuid, outcome text) language plpgsql as $$
declare
  v_request record;
  v_payout payouts;
  v_wallet text;
  v_reserved numeric;
  v_unlisted numeric;
  v_unsent integer;
  v_gas_used numeric;
  v_room numeric;
  v_is_stale boolean;
  v_is_paid boolean;
  v_failed uuid[] := '{}';
  v_versions integer[] := '{}';
  v_reasons text[] := '{}';
begin
  perform payout_lock_batch(p_ids);
  -- Two at once would both count what the relayers have left without the other's. Nobody waits for a lock before this one behind it.
  perform pg_advisory_xact_lock(hashtext('payout_enter_signing_batch'));
  v_room := payout_relay_room((select p.chain_id from payouts p where p.id = p_ids[1]), p_gas_each, p_relayers, p_mined_nonces, p_balances);
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
      select coalesce(sum(p.amount), 0), coalesce(sum(p.amount) filter (where p.id <> all(p_listed)), 0),
          count(*) filter (where p.status in ('signing', 'signed'))
        into v_reserved, v_unlisted, v_unsent from payouts_promised(v_payout.chain_id, v_wallet) p where p.id <> all(p_paid);
      v_is_stale := exists (select 1 from payouts p
        where p.from_address = v_wallet and p.status = 'confirmed' and p.finalized_at is null and p.block_number > p_block);
      v_gas_used := coalesce((select d.spent_wei + d.reserved_wei from workspace_gas_days d
        where d.workspace_id = v_payout.workspace_id and d.day = (now() at time zone 'UTC')::date), 0);
    end if;
    outcome := case when v_is_paid then 'signing' else coalesce(
      payout_signing_refusal(v_payout),
      case when now() >= v_payout.expires_at then 'expired'
        when v_is_stale then 'stale'
        when v_request.held - v_reserved < v_payout.amount then case when not p_is_exact then 'short'
          when v_request.held - v_reserved + v_unlisted < v_payout.amount then 'insufficient_funds' else 'stale' end
        when v_room < 1 then 'relayer_gas'
        when v_gas_used + v_unsent * p_gas_each >= p_gas_allowance then 'gas_allowance'
        else 'signing' end) end;
    if outcome = 'signing' then
      perform payout_move(v_payout.id, '{authorized}', 'signing', null, 'worker', '{}', '{}', v_request.lease_version);
      if not v_is_paid then v_reserved := v_reserved + v_payout.amount; v_unsent := v_unsent + 1; v_room := v_room - 1; end if;
    elsif outcome not in ('stale', 'short', 'relayer_gas', 'gas_allowance') then
      v_failed := v_failed || v_payout.id; v_versions := v_versions || v_request.lease_version; v_reasons := v_reasons || outcome;
    end if;
    return next;
  end loop;
  perform payout_fail_batch(v_failed, v_versions, 'authorized', v_reasons);
end $$;
