-- Relaying: a nonce is taken and the signed transaction stored in one step, so that no crash can leave a nonce without
-- its bytes. Both functions are one round trip; they lock one relayer row and one deposit row for their own duration.

-- Stores a signed transaction of `p_nonce` if that is the relayer's next nonce and no more than `p_max_ahead` nonces are
-- taken beyond the mined one. Answers false when another process was quicker: sign again with the next nonce.
create function relay_prepare(
  p_chain_id integer, p_relayer text, p_nonce bigint, p_mined_nonce bigint, p_max_ahead integer, p_purpose text, p_reference text,
  p_hash text, p_raw text, p_max_fee numeric, p_priority_fee numeric, p_gas_limit bigint
) returns boolean language plpgsql as $$
begin
  update relayer_accounts set next_nonce = p_nonce + 1
    where chain_id = p_chain_id and address = p_relayer and next_nonce = p_nonce and p_nonce < p_mined_nonce + p_max_ahead;
  if not found then return false; end if;
  insert into relayer_transactions (chain_id, relayer, nonce, purpose, reference, hash, raw_transaction,
      max_fee_per_gas, max_priority_fee_per_gas, gas_limit)
    values (p_chain_id, p_relayer, p_nonce, p_purpose, p_reference, p_hash, p_raw, p_max_fee, p_priority_fee, p_gas_limit);
  return true;
end $$;

-- The same for a gasless deposit whose lease is still ours: its status moves to broadcasting in the same step.
create function relay_prepare_deposit(
  p_deposit uuid, p_lease_version integer,
  p_chain_id integer, p_relayer text, p_nonce bigint, p_mined_nonce bigint, p_max_ahead integer,
  p_hash text, p_raw text, p_max_fee numeric, p_priority_fee numeric, p_gas_limit bigint
) returns text language plpgsql as $$
begin
  perform 1 from deposit_authorizations
    where id = p_deposit and lease_version = p_lease_version and status in ('authorized', 'broadcasting') for update;
  if not found then return 'lease_lost'; end if;
  if not relay_prepare(p_chain_id, p_relayer, p_nonce, p_mined_nonce, p_max_ahead, 'deposit', p_deposit::text, p_hash, p_raw,
      p_max_fee, p_priority_fee, p_gas_limit) then
    return 'nonce_taken';
  end if;
  update deposit_authorizations set status = 'broadcasting', tx_hash = p_hash, updated_at = now() where id = p_deposit;
  return 'prepared';
end $$;

-- One process at a time re-sends, bumps and watches a relayer's transactions; the lease falls by itself.
create index relayer_transactions_open_idx on relayer_transactions (chain_id, relayer, nonce) where status in ('prepared', 'sent');
