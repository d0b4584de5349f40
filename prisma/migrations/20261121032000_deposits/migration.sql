-- AlterTable
ALTER TABLE "deposits" ADD COLUMN     "attributed_by" TEXT,
ADD COLUMN     "final_at" TIMESTAMPTZ(3),
ADD COLUMN     "next_check_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "receiver" TEXT NOT NULL;

-- CreateTable
CREATE TABLE "deposit_cursors" (
    "chain_id" INTEGER NOT NULL,
    "receiver" TEXT NOT NULL,
    "block_number" BIGINT NOT NULL,
    "block_hash" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "lease_version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "deposit_cursors_pkey" PRIMARY KEY ("chain_id","receiver")
);

-- CreateIndex
CREATE INDEX "deposits_claimed_by_idx" ON "deposits"("claimed_by");


-- What Prisma's schema cannot say.

alter table deposits add constraint deposits_receiver_check check (receiver ~ '^0x[0-9a-f]{40}$'),
  add constraint deposits_attributed_check check (attributed_by is null or claimed_by is not null),
  add constraint deposits_unattributed_check check (status <> 'unattributed' or claimed_by is null);
-- The worker's queue: what waits for confirmations, and what a reorganisation can still take back.
drop index deposits_due_idx;
create index deposits_due_idx on deposits (next_check_at)
  where status in ('pending', 'reversed') or (status in ('credited', 'unattributed') and final_at is null);
-- What an instance administrator decides about.
create index deposits_unattributed_idx on deposits (created_at) where status in ('unattributed', 'x402');

-- Writes down what a receipt says about the transfers of one transaction to a receive address; `p_logs` is
-- [{position, log_index, sender, amount, is_x402}]. A row that the receipt does not have (any more) loses its block, so an empty
-- list says that the transaction is gone. What is credited is left alone: only `deposit_reverse` takes a credit back.
create function deposit_observe(
  p_chain_id integer, p_tx_hash text, p_asset text, p_receiver text,
  p_block_number bigint, p_block_hash text, p_block_time timestamptz, p_second_seen boolean, p_logs jsonb
) returns void language plpgsql as $$
begin
  insert into deposits as d (chain_id, tx_hash, position, asset, receiver, log_index, block_number, block_hash, block_time, sender,
      amount, status, second_seen_at)
    select p_chain_id, p_tx_hash, l.position, p_asset, p_receiver, l.log_index, p_block_number, p_block_hash, p_block_time, l.sender,
           l.amount,
           (case when l.is_x402 or exists (
              select 1 from x402_payments p
               where p.tx_hash = p_tx_hash and p.chain_id = p_chain_id
                 and case when p.log_index is null then p.payer = l.sender else p.log_index = l.log_index end)
            then 'x402' else 'pending' end)::deposit_status,
           case when p_second_seen then now() end
      from jsonb_to_recordset(p_logs) as l(position integer, log_index integer, sender text, amount numeric, is_x402 boolean)
     order by l.position
  on conflict (chain_id, tx_hash, position) do update set
    log_index = excluded.log_index, sender = excluded.sender, amount = excluded.amount,
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

-- Credits one deposit when everything fits, at most once: `p_head` is the chain's newest block as the caller saw it beside the
-- deposit's block. Answers credited, waits (not deep enough), second_rpc, unattributed, or done when there is nothing to decide.
create function deposit_credit(
  p_deposit uuid, p_head bigint, p_confirmations integer, p_minimum numeric, p_second_above numeric
) returns text language plpgsql as $$
declare
  d deposits;
  v_agent text;
  v_linked integer;
  v_balance numeric;
begin
  select * into d from deposits where id = p_deposit for update;
  if not found or d.status not in ('pending', 'reversed') then return 'done'; end if;
  if d.block_number is null or p_head - d.block_number + 1 < p_confirmations then return 'waits'; end if;
  -- Of the whole transaction, so that a large sum in many small transfers is large too.
  if d.second_seen_at is null and p_second_above < (
      select sum(o.amount) from deposits o
       where o.chain_id = d.chain_id and o.tx_hash = d.tx_hash and o.receiver = d.receiver and o.block_hash = d.block_hash) then
    return 'second_rpc';
  end if;

  if d.status = 'reversed' then
    -- The agent that had it owes what it had spent of it: nobody else's, whatever is linked now.
    v_agent := d.agent_id;
  elsif d.attributed_by is not null then
    v_agent := d.claimed_by;
  elsif d.amount < p_minimum then
    v_agent := null;
  elsif d.claimed_by is not null then
    select a.id into v_agent from agent_wallets w join agents a on a.id = w.agent_id
      where w.agent_id = d.claimed_by and w.address = d.sender and a.deleted_at is null;
  else
    select min(a.id), count(*) into v_agent, v_linked from agent_wallets w join agents a on a.id = w.agent_id
      where w.address = d.sender and a.revoked_at is null and a.deleted_at is null;
    if v_linked <> 1 then v_agent := null; end if;
  end if;
  if v_agent is null then
    update deposits set status = 'unattributed', claimed_by = null, claimed_at = null, next_check_at = now() + interval '1 minute',
        lease_until = null, updated_at = now()
      where id = d.id;
    return 'unattributed';
  end if;

  v_balance := ledger_credit_agent(v_agent, ledger_account('receive_address', d.receiver), d.amount, 'deposit',
    format('deposit:%s:%s', d.id, d.credit_count + 1), d.tx_hash);
  update deposits set status = 'credited', agent_id = v_agent, credited_at = clock_timestamp(), balance_after = v_balance,
      credit_count = d.credit_count + 1, next_check_at = now() + interval '10 seconds', final_at = null, lease_until = null,
      updated_at = now()
    where id = d.id;
  if d.status = 'reversed' then
    update alarms set resolved_at = now(), resolved_by = 'deposits'
      where kind = 'deposit_reversed' and subject = d.id::text and resolved_at is null;
  end if;
  return 'credited';
end $$;

-- Takes a credit back because the block `p_block_hash` that carried it is not on the chain any more, with its alarm.
create function deposit_reverse(p_deposit uuid, p_block_hash text) returns boolean language plpgsql as $$
declare
  d deposits;
  v_cause text;
  v_workspace uuid;
begin
  select * into d from deposits where id = p_deposit for update;
  if not found or d.status <> 'credited' or d.block_hash <> p_block_hash then return false; end if;
  v_cause := format('deposit:%s:%s', d.id, d.credit_count);
  perform ledger_reverse_credit(d.agent_id, (select debit_account from ledger_transfers where cause = v_cause), d.amount,
    'deposit_reversal', v_cause || ':reversal', d.tx_hash);
  update deposits set status = 'reversed', reversed_at = now(), block_number = null, block_hash = null, block_time = null,
      second_seen_at = null, final_at = null, next_check_at = now(), updated_at = now()
    where id = d.id;
  select workspace_id into v_workspace from agents where id = d.agent_id;
  insert into alarms (kind, subject, workspace_id, severity, message, details)
    values ('deposit_reversed', d.id::text, v_workspace, 'critical',
      format('A reorganisation took back a deposit of %s atomic units of USDC that was credited to an agent. What the agent had spent of it is owed; included again, it is credited once more.', d.amount),
      jsonb_build_object('agentId', d.agent_id, 'txHash', d.tx_hash, 'amount', d.amount::text, 'blockNumber', d.block_number::text))
    on conflict (kind, subject) where resolved_at is null do update set last_seen_at = now(), details = excluded.details;
  return true;
end $$;

-- A claim in one statement: writes down what the receipt says, reserves for the agent what fits, credits what is deep enough.
-- One row for each transfer, in their order, with what became of it: mine, reversed, x402, returned, other_agent, not_linked,
-- below_minimum, waits, second_rpc; a single agent_gone when the agent is not live.
create function deposit_claim(
  p_agent text, p_chain_id integer, p_tx_hash text, p_asset text, p_receiver text,
  p_block_number bigint, p_block_hash text, p_block_time timestamptz, p_second_seen boolean, p_logs jsonb,
  p_head bigint, p_confirmations integer, p_minimum numeric, p_second_above numeric
) returns table (
  outcome text, deposit_id uuid, log_index integer, sender text, amount numeric, credited_at timestamptz, balance_after numeric
) language plpgsql as $$
#variable_conflict use_column
declare
  d deposits;
  v_outcome text;
begin
  perform 1 from agents where id = p_agent and revoked_at is null and deleted_at is null;
  if not found then
    outcome := 'agent_gone';
    return next;
    return;
  end if;
  perform deposit_observe(p_chain_id, p_tx_hash, p_asset, p_receiver, p_block_number, p_block_hash, p_block_time, p_second_seen, p_logs);
  for d in select * from deposits where chain_id = p_chain_id and tx_hash = p_tx_hash and receiver = p_receiver
      order by position for update loop
    v_outcome := case
      when d.status = 'x402' then 'x402'
      when d.status = 'returned' then 'returned'
      when d.status = 'credited' then case d.agent_id when p_agent then 'mine' else 'other_agent' end
      when d.status = 'reversed' then case d.agent_id when p_agent then 'reversed' else 'other_agent' end
      when d.claimed_by <> p_agent then 'other_agent'
      when d.attributed_by is not null then 'fits'
      when not exists (select 1 from agent_wallets w where w.agent_id = p_agent and w.address = d.sender) then 'not_linked'
      when d.amount < p_minimum then 'below_minimum'
      when d.block_number is null then 'waits'
      else 'fits' end;
    if v_outcome = 'fits' then
      update deposits set status = 'pending', claimed_by = p_agent, claimed_at = coalesce(claimed_at, now()), updated_at = now()
        where id = d.id and (claimed_by is null or status <> 'pending');
      v_outcome := deposit_credit(d.id, p_head, p_confirmations, p_minimum, p_second_above);
      if v_outcome = 'credited' then v_outcome := 'mine'; end if;
      select * into d from deposits where id = d.id;
    end if;
    outcome := v_outcome;
    deposit_id := d.id;
    log_index := d.log_index;
    sender := d.sender;
    amount := d.amount;
    credited_at := d.credited_at;
    balance_after := d.balance_after;
    return next;
  end loop;
end $$;
