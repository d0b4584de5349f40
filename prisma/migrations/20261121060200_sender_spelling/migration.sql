-- Who a credit came from, in the spelling that the API answers (EIP-55), is stored with the row by the code that writes it, as of payouts: the
-- database hashes nothing. Both tables are locked until their rows are filled in, two milliseconds for each address there is.

-- AlterTable
ALTER TABLE "deposits" ADD COLUMN     "sender_checksum" TEXT;

-- AlterTable
ALTER TABLE "x402_payments" ADD COLUMN     "payer_checksum" TEXT;

with spelt as materialized (
  select a.address, checksum_address(a.address) as checksum from (select sender as address from deposits union select payer from x402_payments) a
), of_deposits as (
  update deposits d set sender_checksum = s.checksum from spelt s where s.address = d.sender
)
update x402_payments p set payer_checksum = s.checksum from spelt s where s.address = p.payer;

alter table deposits alter column sender_checksum set not null, add constraint deposits_sender_checksum_check check (lower(sender_checksum) = sender);
alter table x402_payments alter column payer_checksum set not null, add constraint x402_payments_payer_checksum_check check (lower(payer_checksum) = payer);

-- As before; `p_logs` is [{position, log_index, sender, sender_checksum, amount, is_x402}].
create or replace function deposit_observe(
  p_chain_id integer, p_tx_hash text, p_asset text, p_receiver text,
  p_block_number bigint, p_block_hash text, p_block_time timestamptz, p_second_seen boolean, p_logs jsonb
) returns void language plpgsql as $$
begin
  insert into deposits as d (chain_id, tx_hash, position, asset, receiver, log_index, block_number, block_hash, block_time, sender,
      sender_checksum, amount, status, second_seen_at)
    select p_chain_id, p_tx_hash, l.position, p_asset, p_receiver, l.log_index, p_block_number, p_block_hash, p_block_time, l.sender,
           l.sender_checksum, l.amount,
           (case when l.is_x402 or exists (
              select 1 from x402_payments p
               where p.tx_hash = p_tx_hash and p.chain_id = p_chain_id
                 and case when p.log_index is null then p.payer = l.sender else p.log_index = l.log_index end)
            then 'x402' else 'pending' end)::deposit_status,
           case when p_second_seen then now() end
      from jsonb_to_recordset(p_logs) as l(position integer, log_index integer, sender text, sender_checksum text, amount numeric, is_x402 boolean)
     order by l.position
  on conflict (chain_id, tx_hash, position) do update set
    log_index = excluded.log_index, sender = excluded.sender, sender_checksum = excluded.sender_checksum, amount = excluded.amount,
    block_number = excluded.block_number, block_hash = excluded.block_hash, block_time = excluded.block_time,
    -- A re-executed transaction may transfer something else: then it is judged anew, for the agent that had it.
    claimed_by = case when d.status = 'reversed' and (d.sender, d.amount) <> (excluded.sender, excluded.amount)
                      then d.agent_id else d.claimed_by end,
    status = (case
      when excluded.status = 'x402' and d.attributed_by is null and d.status <> 'reversed' then 'x402'
      when d.status = 'reversed' and (d.sender, d.amount) = (excluded.sender, excluded.amount) then 'reversed'
      when d.status = 'unattributed' and d.block_hash is not distinct from excluded.block_hash then 'unattributed'
      else 'pending' end)::deposit_status,
    attributed_by = case when (d.sender, d.amount) = (excluded.sender, excluded.amount) then d.attributed_by end,
    second_seen_at = case when p_second_seen then now() when d.block_hash = excluded.block_hash then d.second_seen_at end,
    next_check_at = case when d.block_hash = excluded.block_hash then d.next_check_at else now() end,
    final_at = case when d.block_hash = excluded.block_hash then d.final_at end,
    updated_at = now()
  where d.status in ('pending', 'reversed', 'unattributed', 'x402')
    and (d.block_hash is distinct from excluded.block_hash
      or (p_second_seen and d.second_seen_at is null)
      or (excluded.status = 'x402') <> (d.status = 'x402'));

  update deposits set block_number = null, block_hash = null, block_time = null, second_seen_at = null, final_at = null,
      status = (case status when 'reversed' then 'reversed' else 'pending' end)::deposit_status,
      next_check_at = now(), updated_at = now()
    where chain_id = p_chain_id and tx_hash = p_tx_hash and receiver = p_receiver and block_number is not null
      and status in ('pending', 'reversed', 'unattributed', 'x402')
      and not exists (select 1 from jsonb_to_recordset(p_logs) as l(position integer) where l.position = deposits.position);
end $$;

-- As before, with the payer's spelling.
drop function x402_store(integer, text, text, text, text, numeric, text, text, text, uuid, jsonb, jsonb, jsonb, text, bigint, bigint, text, bytea, text, integer);
create function x402_store(
  p_chain_id integer, p_asset text, p_scheme text, p_payer text, p_nonce text, p_amount numeric, p_pay_to text, p_purpose text,
  p_agent text, p_token uuid, p_charge jsonb, p_payload jsonb, p_requirements jsonb, p_facilitator text, p_valid_before bigint,
  p_search_from bigint, p_new_agent text, p_new_token_hash bytea, p_new_token_prefix text, p_max_open integer,
  p_payer_checksum text
) returns table (outcome text, payment uuid, monthly_limit numeric, spent numeric) language plpgsql as $$
begin
  if p_agent is not null then
    select a.monthly_limit, coalesce(s.spent, 0) into monthly_limit, spent
      from agents a join agent_tokens t on t.agent_id = a.id
      left join agent_monthly_spend s on s.agent_id = a.id and s.month = date_trunc('month', now() at time zone 'UTC')::date
      where a.id = p_agent and a.revoked_at is null and a.deleted_at is null
        and t.id = p_token and t.revoked_at is null and (t.expires_at is null or t.expires_at > now());
    if not found then
      outcome := 'unauthenticated';
      return next;
      return;
    end if;
    if p_purpose = 'charge' and spent + p_amount > monthly_limit then
      outcome := 'limit_exceeded';
      return next;
      return;
    end if;
  end if;
  if (select count(*) from x402_payments
      where chain_id = p_chain_id and asset = p_asset and payer = p_payer and status in ('verified', 'broadcasting')) >= p_max_open then
    outcome := 'too_many_open';
    return next;
    return;
  end if;
  insert into x402_payments (chain_id, asset, scheme, payer, payer_checksum, nonce, amount, pay_to, purpose, agent_id, charge, payload, requirements,
      facilitator, valid_before, search_from, new_agent_id, new_token_hash, new_token_prefix)
    values (p_chain_id, p_asset, p_scheme, p_payer, p_payer_checksum, p_nonce, p_amount, p_pay_to, p_purpose, p_agent, p_charge, p_payload, p_requirements,
      p_facilitator, p_valid_before, p_search_from, p_new_agent, p_new_token_hash, p_new_token_prefix)
    on conflict (chain_id, asset, scheme, payer, nonce) do nothing returning id into payment;
  outcome := case when payment is null then 'known' else 'stored' end;
  return next;
end $$;

-- `p_sender` in the spelling of the API.
create or replace function webhook_emit_credit(
  p_agent text, p_version integer, p_id uuid, p_source text, p_amount numeric, p_chain integer, p_tx text, p_sender text, p_balance numeric, p_at timestamptz
) returns void language sql as $$
  select webhook_emit(a.workspace_id, 'deposit.credited', jsonb_build_object('stateVersion', p_version, 'deposit', jsonb_build_object(
      'depositId', p_id, 'source', p_source, 'agentId', a.id, 'agentName', a.name, 'amount', p_amount::text, 'currency', 'USDC',
      'chainId', p_chain, 'txHash', p_tx, 'sender', p_sender, 'balanceAfter', p_balance::text, 'creditedAt', iso_time(p_at))))
    from agents a where a.id = p_agent and a.workspace_id is not null
$$;

create or replace function deposit_emit() returns trigger language plpgsql as $$
begin
  perform webhook_emit_credit(new.agent_id, new.credit_count, new.id, 'transfer', new.amount, new.chain_id, new.tx_hash, new.sender_checksum,
    new.balance_after, new.credited_at);
  return null;
end $$;

create or replace function x402_emit() returns trigger language plpgsql as $$
begin
  perform webhook_emit_credit(new.agent_id, new.credit_count, new.id, 'x402', new.settled_amount, new.chain_id, new.tx_hash, new.payer_checksum,
    new.balance_after, new.credited_at);
  return null;
end $$;

drop function checksum_address(text);
drop function keccak_160(text);
