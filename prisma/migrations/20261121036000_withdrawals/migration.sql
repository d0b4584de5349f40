-- USDC that leaves the receive address, what a relayed row waits for, and the gas that each workspace may spend in a day.
-- Adding columns without a volatile default and small indexes on small tables; no lock is held for longer than that.

-- AlterTable
ALTER TABLE "deposit_authorizations" ADD COLUMN     "next_try_at" TIMESTAMPTZ(3),
ADD COLUMN     "waiting_for" TEXT;

-- AlterTable
ALTER TABLE "relayer_transactions" ADD COLUMN     "fee_wei" DECIMAL(78,0),
ADD COLUMN     "workspace_id" UUID;

-- AlterTable
ALTER TABLE "withdrawals" ADD COLUMN     "finalized_at" TIMESTAMPTZ(3),
ADD COLUMN     "idempotency_key" TEXT,
ADD COLUMN     "next_try_at" TIMESTAMPTZ(3),
ADD COLUMN     "source_transfers" BIGINT[] DEFAULT ARRAY[]::BIGINT[],
ADD COLUMN     "waiting_for" TEXT;

-- AlterTable
ALTER TABLE "wallet_events" ADD COLUMN     "inclusion" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "workspace_gas_days" (
    "workspace_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "spent_wei" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "reserved_wei" DECIMAL(78,0) NOT NULL DEFAULT 0,

    CONSTRAINT "workspace_gas_days_pkey" PRIMARY KEY ("workspace_id","day")
);

-- CreateIndex
CREATE UNIQUE INDEX "withdrawals_workspace_id_idempotency_key_key" ON "withdrawals"("workspace_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "withdrawals_deposit_id_idx" ON "withdrawals"("deposit_id");

alter table workspace_gas_days add constraint workspace_gas_days_check check (spent_wei >= 0 and reserved_wei >= 0);
alter table withdrawals add constraint withdrawals_final_check check (finalized_at is null or status = 'confirmed');
-- The worker's queue, now with what is confirmed and still watched until it is final.
drop index withdrawals_due_idx;
create index withdrawals_due_idx on withdrawals (created_at)
  where status in ('requested', 'signed', 'broadcasting') or (status = 'confirmed' and finalized_at is null);
-- A deposit that is on its way back has one withdrawal.
create unique index withdrawals_open_return_key on withdrawals (deposit_id) where deposit_id is not null and status <> 'failed';

-- Gas. What a transaction costs its workspace: its fee once it is mined, the most it can cost while it is open.
create function count_workspace_gas() returns trigger language plpgsql as $$
declare
  v_day date := (new.created_at at time zone 'UTC')::date;
  v_spent numeric := case when new.status = 'mined' then coalesce(new.fee_wei, 0) else 0 end;
  v_reserved numeric := case when new.status in ('prepared', 'sent') then new.gas_limit * new.max_fee_per_gas else 0 end;
begin
  if tg_op = 'UPDATE' then
    v_spent := v_spent - case when old.status = 'mined' then coalesce(old.fee_wei, 0) else 0 end;
    v_reserved := v_reserved - case when old.status in ('prepared', 'sent') then old.gas_limit * old.max_fee_per_gas else 0 end;
  end if;
  if v_spent = 0 and v_reserved = 0 then return null; end if;
  update workspace_gas_days set spent_wei = spent_wei + v_spent, reserved_wei = reserved_wei + v_reserved
    where workspace_id = new.workspace_id and day = v_day;
  if not found then
    insert into workspace_gas_days (workspace_id, day, spent_wei, reserved_wei) values (new.workspace_id, v_day, v_spent, v_reserved)
      on conflict (workspace_id, day) do update
        set spent_wei = workspace_gas_days.spent_wei + excluded.spent_wei,
            reserved_wei = workspace_gas_days.reserved_wei + excluded.reserved_wei;
  end if;
  return null;
end $$;
create trigger relayer_transactions_gas after insert or update of status, fee_wei on relayer_transactions
  for each row when (new.workspace_id is not null) execute function count_workspace_gas();

-- Whether a workspace has gas left today (UTC). Its row stays locked until the end of the transaction, so that many at once
-- overdraw by one transaction at most; that one is let through so that no price of gas can block a workspace for good.
-- Without a workspace there is no allowance.
create function relay_has_gas_left(p_workspace uuid, p_allowance numeric) returns boolean language plpgsql as $$
declare
  v_day date := (now() at time zone 'UTC')::date;
  v_used numeric;
begin
  if p_workspace is null then return true; end if;
  insert into workspace_gas_days (workspace_id, day) values (p_workspace, v_day) on conflict do nothing;
  select spent_wei + reserved_wei into v_used from workspace_gas_days
    where workspace_id = p_workspace and day = v_day for update;
  return v_used < p_allowance;
end $$;

-- As relay_prepare, on behalf of a workspace and within its allowance. Outcomes: prepared, nonce_taken, gas_allowance.
create function relay_prepare_for(
  p_workspace uuid, p_gas_allowance numeric,
  p_chain_id integer, p_relayer text, p_nonce bigint, p_mined_nonce bigint, p_max_ahead integer, p_purpose text, p_reference text,
  p_hash text, p_raw text, p_max_fee numeric, p_priority_fee numeric, p_gas_limit bigint
) returns text language plpgsql as $$
begin
  if not relay_has_gas_left(p_workspace, p_gas_allowance) then return 'gas_allowance'; end if;
  update relayer_accounts set next_nonce = p_nonce + 1
    where chain_id = p_chain_id and address = p_relayer and next_nonce = p_nonce and p_nonce < p_mined_nonce + p_max_ahead;
  if not found then return 'nonce_taken'; end if;
  insert into relayer_transactions (chain_id, relayer, nonce, purpose, reference, hash, raw_transaction,
      max_fee_per_gas, max_priority_fee_per_gas, gas_limit, workspace_id)
    values (p_chain_id, p_relayer, p_nonce, p_purpose, p_reference, p_hash, p_raw, p_max_fee, p_priority_fee, p_gas_limit, p_workspace);
  return 'prepared';
end $$;

-- On behalf of nobody: without an allowance.
create or replace function relay_prepare(
  p_chain_id integer, p_relayer text, p_nonce bigint, p_mined_nonce bigint, p_max_ahead integer, p_purpose text, p_reference text,
  p_hash text, p_raw text, p_max_fee numeric, p_priority_fee numeric, p_gas_limit bigint
) returns boolean language plpgsql as $$
begin
  return relay_prepare_for(null, null, p_chain_id, p_relayer, p_nonce, p_mined_nonce, p_max_ahead, p_purpose, p_reference,
    p_hash, p_raw, p_max_fee, p_priority_fee, p_gas_limit) = 'prepared';
end $$;

-- Within the allowance of the deposit's workspace. The function without it stays for workers of the version before.
create function relay_prepare_deposit(
  p_deposit uuid, p_lease_version integer,
  p_chain_id integer, p_relayer text, p_nonce bigint, p_mined_nonce bigint, p_max_ahead integer,
  p_hash text, p_raw text, p_max_fee numeric, p_priority_fee numeric, p_gas_limit bigint, p_gas_allowance numeric
) returns text language plpgsql as $$
declare
  v_workspace uuid;
  v_outcome text;
begin
  select workspace_id into v_workspace from deposit_authorizations
    where id = p_deposit and lease_version = p_lease_version and status in ('authorized', 'broadcasting') for update;
  if not found then return 'lease_lost'; end if;
  v_outcome := relay_prepare_for(v_workspace, p_gas_allowance, p_chain_id, p_relayer, p_nonce, p_mined_nonce, p_max_ahead,
    'deposit', p_deposit::text, p_hash, p_raw, p_max_fee, p_priority_fee, p_gas_limit);
  if v_outcome = 'prepared' then
    update deposit_authorizations set status = 'broadcasting', tx_hash = p_hash, updated_at = now() where id = p_deposit;
  end if;
  return v_outcome;
end $$;

-- A confirmed withdrawal that a reorganisation took back is sent again and stays confirmed for the ledger.
drop function relay_prepare_withdrawal(uuid, integer, integer, text, bigint, bigint, integer, text, text, numeric, numeric, bigint);
create function relay_prepare_withdrawal(
  p_withdrawal uuid, p_lease_version integer,
  p_chain_id integer, p_relayer text, p_nonce bigint, p_mined_nonce bigint, p_max_ahead integer,
  p_hash text, p_raw text, p_max_fee numeric, p_priority_fee numeric, p_gas_limit bigint, p_gas_allowance numeric
) returns text language plpgsql as $$
declare
  v_workspace uuid;
  v_outcome text;
begin
  select workspace_id into v_workspace from withdrawals
    where id = p_withdrawal and lease_version = p_lease_version
      and (status in ('signed', 'broadcasting') or (status = 'confirmed' and finalized_at is null)) for update;
  if not found then return 'lease_lost'; end if;
  v_outcome := relay_prepare_for(v_workspace, p_gas_allowance, p_chain_id, p_relayer, p_nonce, p_mined_nonce, p_max_ahead,
    'withdrawal', p_withdrawal::text, p_hash, p_raw, p_max_fee, p_priority_fee, p_gas_limit);
  if v_outcome = 'prepared' then
    update withdrawals set status = case when status = 'signed' then 'broadcasting' else status end, tx_hash = p_hash, updated_at = now()
      where id = p_withdrawal;
  end if;
  return v_outcome;
end $$;

-- Withdrawals. Every function below locks the account of what is on its way out first: requests of one receive address are
-- serial, and with that lock first no two of them, and no charge, can wait for each other in a circle.

-- Locks and answers the account of what is on its way out of a receive address.
create function withdrawal_lock(p_from text) returns bigint language plpgsql as $$
declare
  v_refunds bigint := ledger_account('refunds', p_from);
begin
  perform 1 from ledger_accounts where id = v_refunds for update;
  return v_refunds;
end $$;

create function withdrawal_is_owner(p_workspace uuid, p_actor text) returns boolean language sql stable as $$
  select exists (select 1 from workspace_members m join workspaces w on w.id = m.workspace_id
    where m.workspace_id = p_workspace and m.address = p_actor and m.role = 'OWNER' and m.rights_from <= now() and w.deleted_at is null)
$$;

create function withdrawal_audit(p_withdrawal withdrawals, p_action text, p_request text) returns void language sql as $$
  insert into audit_log (workspace_id, actor, action, target, details, request_id)
    values (p_withdrawal.workspace_id, p_withdrawal.requested_by, p_action, p_withdrawal.id::text,
      jsonb_strip_nulls(jsonb_build_object('amount', p_withdrawal.amount::text, 'to', p_withdrawal.to_address,
        'agentId', p_withdrawal.agent_id, 'depositId', p_withdrawal.deposit_id)), p_request)
$$;

-- The wallets that paid for an agent's balance on a chain, with what they paid in all.
create function refund_targets(p_agent text, p_chain_id integer) returns table (address text, paid numeric, last_at timestamptz)
language sql stable as $$
  select t.address, sum(t.amount), max(t.at) from (
    select sender as address, amount, credited_at as at from deposits
      where agent_id = p_agent and chain_id = p_chain_id and status = 'credited'
    union all
    select payer, amount, updated_at from x402_payments
      where agent_id = p_agent and chain_id = p_chain_id and status = 'settled') t
  group by t.address
$$;

-- Unspent balance of an agent, on its way to a wallet that paid for it. Outcomes: requested, replayed, conflict, not_owner,
-- not_found, not_a_depositor, frozen, insufficient. Anything but the first changes nothing.
create function withdrawal_request_refund(
  p_workspace uuid, p_agent text, p_to text, p_amount numeric, p_actor text, p_request text, p_key text, p_chain_id integer, p_from text
) returns table (outcome text, available numeric, withdrawal withdrawals) language plpgsql as $$
declare
  v_refunds bigint;
  v_account bigint;
  v_owed numeric;
  v_id uuid := gen_random_uuid();
  v_transfer ledger_transfers;
begin
  available := 0;
  if not withdrawal_is_owner(p_workspace, p_actor) then outcome := 'not_owner'; return next; return; end if;
  v_refunds := withdrawal_lock(p_from);
  select * into withdrawal from withdrawals where workspace_id = p_workspace and idempotency_key = p_key;
  if found then
    outcome := case when (withdrawal.kind, withdrawal.agent_id, withdrawal.to_address, withdrawal.amount)
      = ('balance_refund'::withdrawal_kind, p_agent, p_to, p_amount) then 'replayed' else 'conflict' end;
    return next; return;
  end if;
  perform 1 from agents where id = p_agent and workspace_id = p_workspace;
  if not found then outcome := 'not_found'; return next; return; end if;
  perform 1 from refund_targets(p_agent, p_chain_id) where address = p_to and address <> p_from;
  if not found then outcome := 'not_a_depositor'; return next; return; end if;
  v_account := ledger_account('agent_balance', p_agent);
  select balance into available from ledger_accounts where id = v_account for update;
  select balance into v_owed from ledger_accounts where kind = 'owed' and owner = p_agent and payer = '';
  if v_owed > 0 then outcome := 'frozen'; available := v_owed; return next; return; end if;
  if p_amount > available then outcome := 'insufficient'; return next; return; end if;
  v_transfer := ledger_post(v_account, v_refunds, p_amount, 'withdrawal', 'withdrawal:' || v_id, v_id::text);
  insert into withdrawals (id, kind, workspace_id, agent_id, chain_id, from_address, to_address, amount, requested_by, idempotency_key, source_transfers)
    values (v_id, 'balance_refund', p_workspace, p_agent, p_chain_id, p_from, p_to, p_amount, p_actor, p_key, array[v_transfer.id])
    returning * into withdrawal;
  perform withdrawal_audit(withdrawal, 'balance.refund_requested', p_request);
  outcome := 'requested'; available := v_transfer.debit_balance_after;
  return next;
end $$;

-- Revenue of a workspace, on its way to the workspace's wallet; taken from the accounts of the paying agents in the order of
-- their ids. Outcomes: requested, replayed, conflict, not_owner, insufficient.
create function withdrawal_request_revenue(
  p_workspace uuid, p_amount numeric, p_actor text, p_request text, p_key text, p_chain_id integer, p_from text
) returns table (outcome text, available numeric, withdrawal withdrawals) language plpgsql as $$
declare
  v_refunds bigint;
  v_accounts bigint[];
  v_account record;
  v_left numeric := p_amount;
  v_id uuid := gen_random_uuid();
  v_transfer ledger_transfers;
  v_sources bigint[] := '{}';
begin
  available := 0;
  if not withdrawal_is_owner(p_workspace, p_actor) then outcome := 'not_owner'; return next; return; end if;
  v_refunds := withdrawal_lock(p_from);
  select * into withdrawal from withdrawals where workspace_id = p_workspace and idempotency_key = p_key;
  if found then
    outcome := case when withdrawal.kind = 'revenue' and withdrawal.amount = p_amount then 'replayed' else 'conflict' end;
    return next; return;
  end if;
  -- What is not locked here does not count: a charge may just now be opening an account or a refund emptying it.
  select array_agg(l.id) into v_accounts from (
    select id from ledger_accounts where kind = 'revenue' and owner = p_workspace::text and balance > 0 order by id for update) l;
  select coalesce(sum(balance), 0) into available from ledger_accounts where id = any(v_accounts);
  if p_amount > available then outcome := 'insufficient'; return next; return; end if;
  for v_account in
    select id, balance from ledger_accounts where id = any(v_accounts) and balance > 0 order by id
  loop
    exit when v_left = 0;
    v_transfer := ledger_post(v_account.id, v_refunds, least(v_left, v_account.balance), 'withdrawal',
      'withdrawal:' || v_id || ':' || v_account.id, v_id::text);
    v_left := v_left - v_transfer.amount;
    v_sources := v_sources || v_transfer.id;
  end loop;
  insert into withdrawals (id, kind, workspace_id, chain_id, from_address, to_address, amount, requested_by, idempotency_key, source_transfers)
    select v_id, 'revenue', id, p_chain_id, p_from, wallet_address, p_amount, p_actor, p_key, v_sources from workspaces where id = p_workspace
    returning * into withdrawal;
  perform withdrawal_audit(withdrawal, 'revenue.withdrawal_requested', p_request);
  outcome := 'requested'; available := available - p_amount;
  return next;
end $$;

-- A deposit that is nobody's, on its way back to its sender from the address that received it: an unattributed one that is final,
-- or an x402 settlement that no record of ours explains after an hour. Outcomes: requested, replayed, not_found, not_final,
-- refused, or the deposit's status when that does not allow it.
create function withdrawal_return_deposit(
  p_deposit uuid, p_actor text, p_request text, p_chain_id integer
) returns table (outcome text, withdrawal withdrawals) language plpgsql as $$
declare
  v_from text;
  v_refunds bigint;
  v_deposit deposits;
  v_id uuid := gen_random_uuid();
  v_transfer ledger_transfers;
begin
  select receiver into v_from from deposits where id = p_deposit and chain_id = p_chain_id;
  if not found then outcome := 'not_found'; return next; return; end if;
  v_refunds := withdrawal_lock(v_from);
  select * into v_deposit from deposits where id = p_deposit for update;
  if v_deposit.status = 'returned' then
    select * into withdrawal from withdrawals where deposit_id = p_deposit and status <> 'failed';
    outcome := 'replayed'; return next; return;
  end if;
  if v_deposit.status = 'x402' then
    perform 1 from x402_payments where chain_id = p_chain_id and tx_hash = v_deposit.tx_hash;
    if found then outcome := 'x402'; return next; return; end if;
    if v_deposit.created_at >= now() - interval '1 hour' then outcome := 'not_final'; return next; return; end if;
  elsif v_deposit.status <> 'unattributed' then
    outcome := v_deposit.status; return next; return;
  elsif v_deposit.final_at is null then
    outcome := 'not_final'; return next; return;
  end if;
  if v_deposit.sender in (v_from, '0x0000000000000000000000000000000000000000') then outcome := 'refused'; return next; return; end if;
  update deposits set status = 'returned', updated_at = now() where id = p_deposit;
  v_transfer := ledger_post(ledger_account('receive_address', v_from), v_refunds, v_deposit.amount, 'withdrawal', 'withdrawal:' || v_id, v_id::text);
  insert into withdrawals (id, kind, deposit_id, chain_id, from_address, to_address, amount, requested_by, source_transfers)
    values (v_id, 'deposit_return', p_deposit, p_chain_id, v_from, v_deposit.sender, v_deposit.amount, p_actor, array[v_transfer.id])
    returning * into withdrawal;
  perform withdrawal_audit(withdrawal, 'deposit.return_requested', p_request);
  outcome := 'requested';
  return next;
end $$;

-- Stores the signed authorization of a requested withdrawal whose lease is ours, if the receive address holds enough for it and
-- for all that are signed and not yet known to be paid. Outcomes: signed, lease_lost, gas_allowance, reserved.
create function withdrawal_sign(
  p_withdrawal uuid, p_lease_version integer, p_nonce text, p_valid_before bigint, p_signature text, p_held numeric, p_gas_allowance numeric
) returns text language plpgsql as $$
declare
  v_row withdrawals;
  v_reserved numeric;
begin
  select * into v_row from withdrawals where id = p_withdrawal;
  perform withdrawal_lock(v_row.from_address);
  select * into v_row from withdrawals where id = p_withdrawal and lease_version = p_lease_version and status = 'requested' for update;
  if not found then return 'lease_lost'; end if;
  select coalesce(sum(amount), 0) into v_reserved from withdrawals
    where from_address = v_row.from_address and chain_id = v_row.chain_id and status in ('signed', 'broadcasting');
  if v_reserved + v_row.amount > p_held then return 'reserved'; end if;
  if not relay_has_gas_left(v_row.workspace_id, p_gas_allowance) then return 'gas_allowance'; end if;
  update withdrawals set status = 'signed', nonce = p_nonce, valid_before = p_valid_before, signature = p_signature,
      waiting_for = null, updated_at = now() where id = p_withdrawal;
  return 'signed';
end $$;

-- The chain has paid it, deep enough: what was on its way out has left.
create function withdrawal_confirm(p_withdrawal uuid, p_lease_version integer, p_tx_hash text, p_block_number bigint) returns boolean
language plpgsql as $$
declare
  v_refunds bigint;
  v_row withdrawals;
begin
  select * into v_row from withdrawals where id = p_withdrawal;
  v_refunds := withdrawal_lock(v_row.from_address);
  update withdrawals set status = 'confirmed', tx_hash = p_tx_hash, block_number = p_block_number, waiting_for = null, updated_at = now()
    where id = p_withdrawal and lease_version = p_lease_version and status in ('signed', 'broadcasting');
  if not found then return false; end if;
  perform ledger_post(v_refunds, ledger_account('receive_address', v_row.from_address), v_row.amount, 'withdrawal_paid',
    'withdrawal:' || p_withdrawal || ':paid', p_withdrawal::text);
  return true;
end $$;

-- It will never be paid (the caller has the proof, or it was never signed): the money goes back to where it came from.
create function withdrawal_fail(p_withdrawal uuid, p_lease_version integer, p_reason text) returns boolean language plpgsql as $$
declare
  v_refunds bigint;
  v_row withdrawals;
  v_source ledger_transfers;
  v_cause text := 'withdrawal:' || p_withdrawal || ':returned';
begin
  select * into v_row from withdrawals where id = p_withdrawal;
  v_refunds := withdrawal_lock(v_row.from_address);
  select * into v_row from withdrawals
    where id = p_withdrawal and lease_version = p_lease_version and status <> 'failed' and finalized_at is null for update;
  if not found then return false; end if;
  if v_row.status = 'confirmed' then
    -- A reorganisation took it back for good.
    perform ledger_post(ledger_account('receive_address', v_row.from_address), v_refunds, v_row.amount, 'withdrawal_returned',
      'withdrawal:' || p_withdrawal || ':unpaid', p_withdrawal::text);
  end if;
  update withdrawals set status = 'failed', failure_reason = p_reason, waiting_for = null, updated_at = now() where id = p_withdrawal;
  if v_row.kind = 'balance_refund' then
    perform ledger_credit_agent(v_row.agent_id, v_refunds, v_row.amount, 'withdrawal_returned', v_cause, p_withdrawal::text);
    return true;
  end if;
  if v_row.kind = 'deposit_return' then
    update deposits set status = 'unattributed', claimed_by = null, claimed_at = null, attributed_by = null, updated_at = now()
      where id = v_row.deposit_id and status = 'returned';
  end if;
  for v_source in select * from ledger_transfers where id = any(v_row.source_transfers) order by debit_account loop
    perform ledger_post(v_refunds, v_source.debit_account, v_source.amount, 'withdrawal_returned',
      v_cause || ':' || v_source.debit_account, p_withdrawal::text);
  end loop;
  return true;
end $$;

-- A final block that was dropped and comes back unchanged is entered once more: each inclusion has a row of its own. Only the
-- watcher writes this table; it waits while the index is built.
drop index wallet_events_source_key;
create unique index wallet_events_source_key on wallet_events (chain_id, block_hash, tx_hash, log_index, account, inclusion)
  where reversal_of is null;
