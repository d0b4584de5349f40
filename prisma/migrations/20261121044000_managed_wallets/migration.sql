-- An owner sends the USDC of the workspace's managed wallet back to the workspace's wallet. Functions only; nothing is locked.

-- What a managed wallet has promised beyond what it held at block `p_block`: what is being signed, sent or timed out, what was paid since
-- that block, and what owners have asked back and is not signed yet.
create function managed_wallet_promised(p_chain_id integer, p_address text, p_block bigint) returns numeric language sql stable as $$
  select coalesce((select sum(amount) from payouts
      where from_address = p_address and chain_id = p_chain_id
        and (status in ('signing', 'signed', 'broadcasting', 'succeeded') or (status = 'failed' and failure_reason like 'tx_confirmation_timeout%'))), 0)
    + coalesce((select sum(amount) from payouts
      where from_address = p_address and chain_id = p_chain_id and status = 'confirmed' and finalized_at is null and block_number > p_block), 0)
    + coalesce((select sum(p.amount) from managed_wallets m join payouts p on p.workspace_id = m.workspace_id and p.from_address = m.address
      where m.chain_id = p_chain_id and m.address = p_address and p.chain_id = p_chain_id and p.kind = 'sweep' and p.status = 'authorized'), 0)
$$;

-- Authorizes a sweep at once: the worker pays it as it pays payouts, and compares the amount with the wallet again before it signs.
-- `p_held` was read at block `p_block`. The key makes the payout id, so that a repeat finds the first one. Outcomes: requested, replayed,
-- conflict, not_owner, no_wallet, killed, insufficient.
create function managed_wallet_sweep(
  p_workspace uuid, p_amount numeric, p_actor text, p_request text, p_key uuid, p_chain_id integer, p_network text,
  p_asset text, p_asset_checksum text, p_to text, p_to_checksum text, p_from text, p_held numeric, p_block bigint
) returns table (outcome text, available numeric, payout jsonb) language plpgsql as $$
declare
  v_payout payouts;
  v_hash bytea := sha256(convert_to('sweep ' || p_chain_id || ' ' || p_from || ' ' || p_to || ' ' || p_amount, 'UTF8'));
begin
  available := 0;
  if not withdrawal_is_owner(p_workspace, p_actor) then outcome := 'not_owner'; return next; return; end if;
  -- Policies before wallets, as whoever signs locks them.
  perform 1 from workspace_policies where workspace_id = p_workspace for share;
  perform 1 from managed_wallets m join workspaces w on w.id = m.workspace_id and w.wallet_address = p_to
    where m.chain_id = p_chain_id and m.address = p_from and m.workspace_id = p_workspace for update of m;
  if not found then outcome := 'no_wallet'; return next; return; end if;
  available := greatest(p_held - managed_wallet_promised(p_chain_id, p_from, p_block), 0);
  select * into v_payout from payouts p where p.workspace_id = p_workspace and p.payout_id = 'sweep_' || p_key;
  if found then
    outcome := case when v_payout.kind = 'sweep' and v_payout.request_hash = v_hash then 'replayed' else 'conflict' end;
    payout := case when outcome = 'replayed' then payout_json(v_payout) end;
    return next; return;
  end if;
  if exists (select 1 from workspace_policies where workspace_id = p_workspace and killed_at is not null) then
    outcome := 'killed'; return next; return;
  end if;
  if p_amount > available then outcome := 'insufficient'; return next; return; end if;

  insert into payouts (kind, workspace_id, payout_id, request_hash, status, chain_id, network, currency, asset_address, from_address, to_address,
      asset_checksum, to_checksum, amount, expires_at, created_by)
    values ('sweep', p_workspace, 'sweep_' || p_key, v_hash, 'authorized', p_chain_id, p_network, 'USDC', p_asset, p_from, p_to,
      p_asset_checksum, p_to_checksum, p_amount, now() + interval '1 hour', p_actor)
    returning * into v_payout;
  insert into payout_transitions (payout_row_id, state_version, to_status, actor) values (v_payout.id, 1, 'authorized', p_actor);
  insert into audit_log (workspace_id, actor, action, target, details, request_id)
    values (p_workspace, p_actor, 'managed_wallet.swept', v_payout.payout_id,
      jsonb_build_object('amount', p_amount::text, 'from', p_from, 'to', p_to), p_request);
  outcome := 'requested'; available := available - p_amount; payout := payout_json(v_payout);
  return next;
end $$;
