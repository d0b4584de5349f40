-- x402 payments: stored, settled, reversed. Locks: columns without rewrites and indexes on a table that no release has filled yet.

-- AlterTable
ALTER TABLE "x402_payments" ADD COLUMN "asked_at" TIMESTAMPTZ(3),
ADD COLUMN "consumed_at" TIMESTAMPTZ(3),
ADD COLUMN "credit_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN "final_at" TIMESTAMPTZ(3),
ADD COLUMN "is_minted" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "new_agent_id" TEXT,
ADD COLUMN "new_token_hash" BYTEA,
ADD COLUMN "new_token_prefix" TEXT,
ADD COLUMN "reversed_at" TIMESTAMPTZ(3),
ADD COLUMN "search_from" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN "settled_amount" DECIMAL(78,0);

-- The worker's queues: what is to be settled, and what a reorganisation can still take back.
drop index x402_payments_due_idx;
create index x402_payments_due_idx on x402_payments (due_at) where status in ('verified', 'broadcasting');
create index x402_payments_watched_idx on x402_payments (due_at) where status = 'settled' and final_at is null;
-- What a payer has open.
create index x402_payments_open_payer_idx on x402_payments (payer) where status in ('verified', 'broadcasting');
-- One transfer pays for one payment.
create unique index x402_payments_settlement_key on x402_payments (chain_id, tx_hash, log_index) where status = 'settled';
alter table x402_payments add constraint x402_payments_credit_check
    check (status <> 'settled' or num_nulls(settled_amount, agent_id, credited_at, balance_after) = 0),
  add constraint x402_payments_new_agent_check check (num_nulls(new_agent_id, new_token_hash, new_token_prefix) in (0, 3)),
  add constraint x402_payments_charge_check check ((purpose = 'charge') = (charge is not null));

-- Stores a verified payment, once per (chain, asset, scheme, payer, nonce). Outcomes: stored, known, unauthenticated,
-- limit_exceeded, too_many_open. Agent and token are checked here as in every statement about money. A wallet can sign more than
-- it holds, and each payment alone looks good: what it may have open bounds the gas that it can burn.
create function x402_store(
  p_chain_id integer, p_asset text, p_scheme text, p_payer text, p_nonce text, p_amount numeric, p_pay_to text, p_purpose text,
  p_agent text, p_token uuid, p_charge jsonb, p_payload jsonb, p_requirements jsonb, p_facilitator text, p_valid_before bigint,
  p_search_from bigint, p_new_agent text, p_new_token_hash bytea, p_new_token_prefix text, p_max_open integer
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
  insert into x402_payments (chain_id, asset, scheme, payer, nonce, amount, pay_to, purpose, agent_id, charge, payload, requirements,
      facilitator, valid_before, search_from, new_agent_id, new_token_hash, new_token_prefix)
    values (p_chain_id, p_asset, p_scheme, p_payer, p_nonce, p_amount, p_pay_to, p_purpose, p_agent, p_charge, p_payload, p_requirements,
      p_facilitator, p_valid_before, p_search_from, p_new_agent, p_new_token_hash, p_new_token_prefix)
    on conflict (chain_id, asset, scheme, payer, nonce) do nothing returning id into payment;
  outcome := case when payment is null then 'known' else 'stored' end;
  return next;
end $$;

-- The live agent that a payment of this wallet credits: the oldest that the wallet is linked to, else the oldest it made.
create function x402_agent_of(p_payer text) returns text language sql stable as $$
  select a.id from agents a left join agent_wallets w on w.agent_id = a.id and w.address = p_payer
    where (w.address is not null or (a.origin = 'wallet' and a.wallet_address = p_payer)) and a.workspace_id is not null
      and a.revoked_at is null and a.deleted_at is null
      and exists (select 1 from workspaces s where s.id = a.workspace_id and s.deleted_at is null)
    order by w.linked_at nulls last, a.created_at, a.id limit 1
$$;

-- The agent of a payment that named none: found, or minted in the workspace of the payer's wallet, which is made if there is
-- none, and linked to the wallet unless another workspace has it. The payment's signature is the wallet's.
create function x402_resolve_agent(p_payment x402_payments) returns text language plpgsql as $$
declare
  v_payer text := p_payment.payer;
  v_agent text := x402_agent_of(v_payer);
  v_workspace uuid;
  v_linked uuid;
begin
  if v_agent is not null then return v_agent; end if;
  insert into workspaces (slug, name, wallet_address, roles, created_by)
    values ('w-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16), 'Wallet ' || left(v_payer, 8), v_payer, '{CONSUMER}', v_payer)
    on conflict do nothing returning id into v_workspace;
  if v_workspace is not null then
    insert into workspace_members (workspace_id, address, role, added_by) values (v_workspace, v_payer, 'OWNER', v_payer);
    insert into audit_log (workspace_id, actor, action, target, details)
      values (v_workspace, v_payer, 'workspace.created', v_workspace::text, jsonb_build_object('paymentId', p_payment.id));
  else
    select id into strict v_workspace from workspaces where wallet_address = v_payer and deleted_at is null;
  end if;
  -- Holds the wallet's row: two payments of a wallet, or a payment and a registration, at once make one agent.
  insert into linked_wallets (address, workspace_id) values (v_payer, v_workspace)
    on conflict (address) do update set address = excluded.address returning workspace_id into v_linked;
  v_agent := x402_agent_of(v_payer);
  if v_agent is not null then return v_agent; end if;

  v_agent := p_payment.new_agent_id;
  insert into agents (id, workspace_id, name, origin, wallet_address, created_by, linked_at, linked_by)
    values (v_agent, v_workspace, 'Agent ' || left(v_payer, 8), 'wallet', v_payer, v_payer, now(), v_payer);
  insert into agent_tokens (agent_id, token_hash, prefix) values (v_agent, p_payment.new_token_hash, p_payment.new_token_prefix);
  if v_linked = v_workspace then
    insert into agent_wallets (agent_id, address, workspace_id, message, signature)
      values (v_agent, v_payer, v_workspace, 'x402 payment ' || p_payment.id, p_payment.payload -> 'payload' ->> 'signature');
  end if;
  insert into audit_log (workspace_id, actor, action, target, details)
    values (v_workspace, v_payer, 'agent.created', v_agent, jsonb_build_object('paymentId', p_payment.id));
  return v_agent;
end $$;

-- Books what arrived for a top-up, or for a charge that cannot be booked as one: to the agent's balance.
create function x402_credit_agent(p_payment x402_payments, p_agent text, p_amount numeric, p_cause text) returns numeric
language sql as $$
  select ledger_credit_agent(p_agent, ledger_account('x402_receipts', p_payment.pay_to), p_amount, 'x402_topup', p_cause,
    'x402:' || p_payment.id)
$$;

-- Books a paid charge: its row and the earner's revenue. Null when the idempotency key was charged meanwhile.
create function x402_book_charge(p_payment x402_payments, p_amount numeric, p_cause text) returns charges language plpgsql as $$
declare
  v_charge charges;
  v_agent bigint := ledger_account('agent_balance', p_payment.agent_id);
  v_balance numeric;
begin
  -- The agent first, as every charge does: the same key at once on both ways is charged by one of them.
  select balance into v_balance from ledger_accounts where id = v_agent for update;
  insert into charges (agent_id, workspace_id, amount, reference, description, source, api_id, idempotency_key, request_hash, balance_after,
      serving_until)
    values (p_payment.agent_id, (p_payment.charge ->> 'earnerWorkspaceId')::uuid, p_amount, p_payment.charge ->> 'reference',
      p_payment.charge ->> 'description', 'x402', (p_payment.charge ->> 'apiId')::uuid, p_payment.charge ->> 'idempotencyKey',
      decode(p_payment.charge ->> 'requestHash', 'hex'), v_balance,
      now() + make_interval(secs => (p_payment.charge ->> 'servingSeconds')::integer))
    on conflict (agent_id, idempotency_key) do nothing returning * into v_charge;
  if v_charge.id is null then return null; end if;
  perform ledger_post(ledger_account('x402_receipts', p_payment.pay_to),
    ledger_account('revenue', v_charge.workspace_id::text, p_payment.agent_id), p_amount, 'x402_payment', p_cause, v_charge.reference);
  insert into agent_monthly_spend (agent_id, month, spent)
    values (p_payment.agent_id, date_trunc('month', now() at time zone 'UTC')::date, p_amount)
    on conflict (agent_id, month) do update set spent = agent_monthly_spend.spent + excluded.spent;
  return v_charge;
end $$;

-- Books again what a reorganisation took back and a later block included: to where the reversal took it from.
create function x402_book_again(p_payment x402_payments, p_amount numeric, p_cause text) returns numeric language plpgsql as $$
declare
  v_reversal text := 'x402:' || p_payment.id || ':reversal:' || p_payment.credit_count;
  v_receipts bigint := ledger_account('x402_receipts', p_payment.pay_to);
  v_from_revenue ledger_transfers;
  v_shortfall ledger_transfers;
begin
  select t.* into v_from_revenue from ledger_transfers t join ledger_accounts a on a.id = t.debit_account
    where t.cause = v_reversal and a.kind = 'revenue';
  select * into v_shortfall from ledger_transfers where cause = v_reversal || ':shortfall';
  if v_from_revenue.id is null and v_shortfall.id is null then
    return x402_credit_agent(p_payment, p_payment.agent_id, p_amount, p_cause);
  end if;
  if v_from_revenue.id is not null then
    perform ledger_post(v_receipts, v_from_revenue.debit_account, v_from_revenue.amount, 'x402_payment', p_cause);
  end if;
  if v_shortfall.id is not null then
    perform ledger_post(v_receipts, v_shortfall.debit_account, v_shortfall.amount, 'x402_payment', p_cause || ':shortfall');
  end if;
  return p_payment.balance_after;
end $$;

-- Records the settlement that the chain's own logs show, and books it in the same transaction: once, whoever sent it. False
-- when the lease is no longer ours or the payment is settled already.
create function x402_settle(
  p_payment uuid, p_lease_version integer, p_tx_hash text, p_block_number bigint, p_block_hash text, p_log_index integer, p_amount numeric
) returns boolean language plpgsql as $$
declare
  v_payment x402_payments;
  v_charge charges;
  v_agent text;
  v_balance numeric;
  v_cause text := 'x402:' || p_payment;
begin
  select * into v_payment from x402_payments
    where id = p_payment and lease_version = p_lease_version and status in ('verified', 'broadcasting') for update;
  if not found then return false; end if;
  v_agent := v_payment.agent_id;
  if v_payment.credit_count > 0 then
    v_balance := x402_book_again(v_payment, p_amount, v_cause || ':' || v_payment.credit_count);
  else
    -- Another authorization of the same nonce can have moved another amount: that is no payment of the price.
    if v_payment.purpose = 'charge' and p_amount = v_payment.amount then
      v_charge := x402_book_charge(v_payment, p_amount, v_cause);
      v_balance := v_charge.balance_after;
    end if;
    if v_charge.id is null then
      v_agent := coalesce(v_agent, x402_resolve_agent(v_payment));
      v_balance := x402_credit_agent(v_payment, v_agent, p_amount, v_cause);
    end if;
  end if;
  update x402_payments set status = 'settled', tx_hash = p_tx_hash, block_number = p_block_number, block_hash = p_block_hash,
      log_index = p_log_index, settled_amount = p_amount, agent_id = v_agent, charge_id = coalesce(charge_id, v_charge.id),
      is_minted = is_minted or coalesce(v_payment.agent_id is null and v_agent = new_agent_id, false),
      credited_at = coalesce(credited_at, now()), balance_after = coalesce(balance_after, v_balance),
      credit_count = credit_count + 1, due_at = now(), updated_at = now()
    where id = p_payment;
  return true;
end $$;

-- Takes a credit back whose block a reorganisation removed; the payment is open again, and settled once more if it is included
-- again. A charge is taken from the earner's revenue, or from the agent if it was refunded; what a withdrawal has left short
-- is an adjustment. False when there is nothing to take back.
create function x402_reverse(p_payment uuid, p_lease_version integer) returns boolean language plpgsql as $$
declare
  v_payment x402_payments;
  v_cause text;
  v_receipts bigint;
  v_revenue ledger_accounts;
  v_charge charges;
begin
  select * into v_payment from x402_payments
    where id = p_payment and lease_version = p_lease_version and status = 'settled' and final_at is null for update;
  if not found then return false; end if;
  v_cause := 'x402:' || p_payment || ':reversal:' || v_payment.credit_count;
  v_receipts := ledger_account('x402_receipts', v_payment.pay_to);
  select * into v_charge from charges where id = v_payment.charge_id;
  if v_charge.id is null or v_charge.refunded_at is not null then
    perform ledger_reverse_credit(v_payment.agent_id, v_receipts, v_payment.settled_amount, 'x402_reversal', v_cause);
  else
    select * into v_revenue from ledger_accounts
      where id = ledger_account('revenue', v_charge.workspace_id::text, v_payment.agent_id) for update;
    if v_revenue.balance > 0 then
      perform ledger_post(v_revenue.id, v_receipts, least(v_revenue.balance, v_payment.settled_amount), 'x402_reversal', v_cause);
    end if;
    if v_revenue.balance < v_payment.settled_amount then
      perform ledger_post(ledger_account('adjustments', v_payment.pay_to), v_receipts, v_payment.settled_amount - v_revenue.balance,
        'x402_reversal', v_cause || ':shortfall');
    end if;
  end if;
  update x402_payments set status = 'broadcasting', block_number = null, block_hash = null, log_index = null, reversed_at = now(),
      due_at = now(), updated_at = now()
    where id = p_payment;
  return true;
end $$;
