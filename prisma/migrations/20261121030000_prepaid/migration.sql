-- Agents, the double-entry ledger, prepaid deposits, x402 payments, priced APIs and withdrawals.

-- CreateEnum
CREATE TYPE "agent_origin" AS ENUM ('registered', 'wallet', 'console');

-- CreateEnum
CREATE TYPE "ledger_account_kind" AS ENUM ('agent_balance', 'owed', 'revenue', 'receive_address', 'x402_receipts', 'refunds', 'adjustments');

-- CreateEnum
CREATE TYPE "ledger_transfer_kind" AS ENUM ('deposit', 'deposit_reversal', 'debt', 'debt_repayment', 'x402_topup', 'x402_payment', 'x402_reversal', 'charge', 'charge_refund', 'withdrawal', 'withdrawal_paid', 'withdrawal_returned', 'move', 'adjustment');

-- CreateEnum
CREATE TYPE "withdrawal_kind" AS ENUM ('balance_refund', 'revenue', 'deposit_return');

-- CreateEnum
CREATE TYPE "withdrawal_status" AS ENUM ('requested', 'signed', 'broadcasting', 'confirmed', 'failed');

-- CreateEnum
CREATE TYPE "deposit_status" AS ENUM ('pending', 'credited', 'reversed', 'unattributed', 'returned', 'x402');

-- CreateEnum
CREATE TYPE "x402_status" AS ENUM ('verified', 'broadcasting', 'settled', 'failed');

-- CreateTable
CREATE TABLE "agents" (
    "id" TEXT NOT NULL,
    "workspace_id" UUID,
    "name" TEXT NOT NULL,
    "client_info" TEXT,
    "origin" "agent_origin" NOT NULL,
    "wallet_address" TEXT,
    "user_code" TEXT,
    "monthly_limit" DECIMAL(78,0),
    "expires_at" TIMESTAMPTZ(3),
    "low_balance_threshold" DECIMAL(78,0),
    "created_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "linked_at" TIMESTAMPTZ(3),
    "linked_by" TEXT,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" TEXT,
    "deleted_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "agents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agent_tokens" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "agent_id" TEXT NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "prefix" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "agent_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "linked_wallets" (
    "address" TEXT NOT NULL,
    "workspace_id" UUID NOT NULL,

    CONSTRAINT "linked_wallets_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "agent_wallets" (
    "agent_id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "workspace_id" UUID NOT NULL,
    "message" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "linked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "agent_wallets_pkey" PRIMARY KEY ("agent_id","address")
);

-- CreateTable
CREATE TABLE "agent_wallet_nonces" (
    "nonce" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "agent_id" TEXT,
    "message" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "agent_wallet_nonces_pkey" PRIMARY KEY ("nonce")
);

-- CreateTable
CREATE TABLE "jwt_keys" (
    "kid" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "sealed_private_jwk" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "jwt_keys_pkey" PRIMARY KEY ("kid")
);

-- CreateTable
CREATE TABLE "agent_monthly_spend" (
    "agent_id" TEXT NOT NULL,
    "month" DATE NOT NULL,
    "spent" DECIMAL(78,0) NOT NULL DEFAULT 0,

    CONSTRAINT "agent_monthly_spend_pkey" PRIMARY KEY ("agent_id","month")
);

-- CreateTable
CREATE TABLE "ledger_accounts" (
    "id" BIGSERIAL NOT NULL,
    "kind" "ledger_account_kind" NOT NULL,
    "owner" TEXT NOT NULL,
    "payer" TEXT NOT NULL DEFAULT '',
    "balance" DECIMAL(78,0),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_transfers" (
    "id" BIGSERIAL NOT NULL,
    "debit_account" BIGINT NOT NULL,
    "credit_account" BIGINT NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "kind" "ledger_transfer_kind" NOT NULL,
    "cause" TEXT NOT NULL,
    "reference" TEXT,
    "debit_balance_after" DECIMAL(78,0),
    "credit_balance_after" DECIMAL(78,0),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_transfers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "charges" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "agent_id" TEXT NOT NULL,
    "workspace_id" UUID NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "reference" TEXT NOT NULL,
    "description" TEXT,
    "source" TEXT NOT NULL DEFAULT 'virtual_balance',
    "api_id" UUID,
    "idempotency_key" TEXT,
    "request_hash" BYTEA,
    "balance_after" DECIMAL(78,0) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "refunded_at" TIMESTAMPTZ(3),
    "refunded_by" TEXT,
    "refund_reason" TEXT,

    CONSTRAINT "charges_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "priced_apis" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "upstream_url" TEXT NOT NULL,
    "price" DECIMAL(78,0) NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "timeout_seconds" INTEGER NOT NULL DEFAULT 30,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "priced_apis_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "withdrawals" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "kind" "withdrawal_kind" NOT NULL,
    "status" "withdrawal_status" NOT NULL DEFAULT 'requested',
    "workspace_id" UUID,
    "agent_id" TEXT,
    "deposit_id" UUID,
    "chain_id" INTEGER NOT NULL,
    "from_address" TEXT NOT NULL,
    "to_address" TEXT NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "nonce" TEXT,
    "valid_before" BIGINT,
    "signature" TEXT,
    "tx_hash" TEXT,
    "block_number" BIGINT,
    "failure_reason" TEXT,
    "requested_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "lease_version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "withdrawals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deposits" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "chain_id" INTEGER NOT NULL,
    "tx_hash" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "asset" TEXT NOT NULL,
    "log_index" INTEGER NOT NULL,
    "block_number" BIGINT,
    "block_hash" TEXT,
    "block_time" TIMESTAMPTZ(0),
    "sender" TEXT NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "status" "deposit_status" NOT NULL DEFAULT 'pending',
    "claimed_by" TEXT,
    "claimed_at" TIMESTAMPTZ(3),
    "agent_id" TEXT,
    "credited_at" TIMESTAMPTZ(3),
    "balance_after" DECIMAL(78,0),
    "credit_count" INTEGER NOT NULL DEFAULT 0,
    "reversed_at" TIMESTAMPTZ(3),
    "second_seen_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "lease_version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "deposits_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "x402_payments" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "chain_id" INTEGER NOT NULL,
    "asset" TEXT NOT NULL,
    "scheme" TEXT NOT NULL,
    "payer" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "pay_to" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "agent_id" TEXT,
    "charge" JSONB,
    "charge_id" UUID,
    "payload" JSONB NOT NULL,
    "requirements" JSONB NOT NULL,
    "facilitator" TEXT NOT NULL,
    "valid_before" BIGINT NOT NULL,
    "status" "x402_status" NOT NULL DEFAULT 'verified',
    "failure_reason" TEXT,
    "tx_hash" TEXT,
    "block_number" BIGINT,
    "block_hash" TEXT,
    "log_index" INTEGER,
    "credited_at" TIMESTAMPTZ(3),
    "balance_after" DECIMAL(78,0),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "lease_version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "x402_payments_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "agents_workspace_id_created_at_idx" ON "agents"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "agents_wallet_address_idx" ON "agents"("wallet_address");

-- CreateIndex
CREATE UNIQUE INDEX "agent_tokens_token_hash_key" ON "agent_tokens"("token_hash");

-- CreateIndex
CREATE INDEX "agent_tokens_agent_id_idx" ON "agent_tokens"("agent_id");

-- CreateIndex
CREATE UNIQUE INDEX "linked_wallets_address_workspace_id_key" ON "linked_wallets"("address", "workspace_id");

-- CreateIndex
CREATE INDEX "agent_wallets_address_linked_at_idx" ON "agent_wallets"("address", "linked_at");

-- CreateIndex
CREATE INDEX "agent_wallet_nonces_expires_at_idx" ON "agent_wallet_nonces"("expires_at");

-- CreateIndex
CREATE INDEX "jwt_keys_created_at_idx" ON "jwt_keys"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_accounts_kind_owner_payer_key" ON "ledger_accounts"("kind", "owner", "payer");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_transfers_cause_key" ON "ledger_transfers"("cause");

-- CreateIndex
CREATE INDEX "ledger_transfers_debit_account_id_idx" ON "ledger_transfers"("debit_account", "id");

-- CreateIndex
CREATE INDEX "ledger_transfers_credit_account_id_idx" ON "ledger_transfers"("credit_account", "id");

-- CreateIndex
CREATE INDEX "charges_agent_id_created_at_idx" ON "charges"("agent_id", "created_at");

-- CreateIndex
CREATE INDEX "charges_workspace_id_created_at_idx" ON "charges"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "charges_api_id_created_at_idx" ON "charges"("api_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "charges_agent_id_idempotency_key_key" ON "charges"("agent_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "priced_apis_workspace_id_created_at_idx" ON "priced_apis"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "withdrawals_workspace_id_created_at_idx" ON "withdrawals"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "withdrawals_agent_id_created_at_idx" ON "withdrawals"("agent_id", "created_at");

-- CreateIndex
CREATE INDEX "deposits_agent_id_credited_at_idx" ON "deposits"("agent_id", "credited_at");

-- CreateIndex
CREATE INDEX "deposits_chain_id_block_number_idx" ON "deposits"("chain_id", "block_number");

-- CreateIndex
CREATE UNIQUE INDEX "deposits_chain_id_tx_hash_position_key" ON "deposits"("chain_id", "tx_hash", "position");

-- CreateIndex
CREATE INDEX "x402_payments_agent_id_created_at_idx" ON "x402_payments"("agent_id", "created_at");

-- CreateIndex
CREATE INDEX "x402_payments_tx_hash_idx" ON "x402_payments"("tx_hash");

-- CreateIndex
CREATE UNIQUE INDEX "x402_payments_chain_id_asset_scheme_payer_nonce_key" ON "x402_payments"("chain_id", "asset", "scheme", "payer", "nonce");

-- AddForeignKey
ALTER TABLE "agent_tokens" ADD CONSTRAINT "agent_tokens_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "linked_wallets" ADD CONSTRAINT "linked_wallets_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_wallets" ADD CONSTRAINT "agent_wallets_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_wallets" ADD CONSTRAINT "agent_wallets_address_workspace_id_fkey" FOREIGN KEY ("address", "workspace_id") REFERENCES "linked_wallets"("address", "workspace_id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What Prisma's schema cannot say. Every statement above and below only touches tables made in this migration, so no lock
-- meets live traffic.

alter table agents add constraint agents_id_check check (id ~ '^agt_[0-9a-f]{32}$'),
  add constraint agents_name_check check (char_length(name) between 1 and 80),
  add constraint agents_wallet_check check (wallet_address ~ '^0x[0-9a-f]{40}$'),
  add constraint agents_link_check check ((workspace_id is null) = (linked_at is null)),
  add constraint agents_limit_check check (monthly_limit >= 0),
  add constraint agents_threshold_check check (low_balance_threshold >= 0);
alter table agent_tokens add constraint agent_tokens_hash_check check (octet_length(token_hash) = 32);
alter table linked_wallets add constraint linked_wallets_address_check check (address ~ '^0x[0-9a-f]{40}$');
alter table agent_wallet_nonces add constraint agent_wallet_nonces_purpose_check check (purpose in ('register', 'link')),
  add constraint agent_wallet_nonces_agent_check check ((purpose = 'link') = (agent_id is not null));
alter table agent_monthly_spend add constraint agent_monthly_spend_check check (spent >= 0);

-- Nothing that is stored as spendable, owed, earned or on its way out is ever below zero.
alter table ledger_accounts add constraint ledger_accounts_balance_check check (balance >= 0),
  add constraint ledger_accounts_stored_check
    check ((balance is not null) = (kind in ('agent_balance', 'owed', 'revenue', 'refunds'))),
  add constraint ledger_accounts_payer_check check ((kind = 'revenue') = (payer <> ''));
alter table ledger_transfers add constraint ledger_transfers_amount_check check (amount > 0),
  add constraint ledger_transfers_accounts_check check (debit_account <> credit_account);
create trigger ledger_transfers_append_only before update or delete on ledger_transfers
  for each row execute function refuse_change();

alter table charges add constraint charges_amount_check check (amount > 0),
  add constraint charges_source_check check (source in ('virtual_balance', 'x402')),
  add constraint charges_refund_check check ((refunded_at is null) = (refunded_by is null));
alter table priced_apis add constraint priced_apis_slug_check check (slug ~ '^[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]$'),
  add constraint priced_apis_price_check check (price > 0),
  add constraint priced_apis_timeout_check check (timeout_seconds between 1 and 60);
create unique index priced_apis_live_slug_key on priced_apis (slug) where deleted_at is null;

alter table withdrawals add constraint withdrawals_amount_check check (amount > 0),
  add constraint withdrawals_addresses_check check (from_address ~ '^0x[0-9a-f]{40}$' and to_address ~ '^0x[0-9a-f]{40}$'),
  add constraint withdrawals_signed_check
    check (status in ('requested', 'failed') or num_nulls(nonce, valid_before, signature) = 0),
  add constraint withdrawals_failure_check check ((status = 'failed') = (failure_reason is not null)),
  add constraint withdrawals_confirmed_check check (status <> 'confirmed' or num_nulls(tx_hash, block_number) = 0);
-- The worker's queue.
create index withdrawals_due_idx on withdrawals (created_at) where status in ('requested', 'signed', 'broadcasting');

alter table deposits add constraint deposits_amount_check check (amount > 0),
  add constraint deposits_sender_check check (sender ~ '^0x[0-9a-f]{40}$'),
  add constraint deposits_hash_check check (tx_hash ~ '^0x[0-9a-f]{64}$'),
  add constraint deposits_block_check check (num_nulls(block_number, block_hash, block_time) in (0, 3)),
  add constraint deposits_credit_check check (status <> 'credited' or num_nulls(agent_id, credited_at, balance_after) = 0);
-- The worker's queue: what waits for confirmations.
create index deposits_due_idx on deposits (created_at) where status in ('pending', 'reversed');

alter table x402_payments add constraint x402_payments_amount_check check (amount > 0),
  add constraint x402_payments_purpose_check check (purpose in ('topup', 'charge')),
  add constraint x402_payments_failure_check check ((status = 'failed') = (failure_reason is not null)),
  add constraint x402_payments_settled_check check (status <> 'settled' or num_nulls(tx_hash, block_number, log_index) = 0);
-- The worker's queue.
create index x402_payments_due_idx on x402_payments (created_at) where status in ('verified', 'broadcasting');

-- The ledger account of a kind and an owner, made at its first use.
create function ledger_account(p_kind ledger_account_kind, p_owner text, p_payer text default '') returns bigint
language plpgsql as $$
declare
  v_id bigint;
begin
  select id into v_id from ledger_accounts where kind = p_kind and owner = p_owner and payer = p_payer;
  if found then return v_id; end if;
  insert into ledger_accounts (kind, owner, payer, balance)
    values (p_kind, p_owner, p_payer, case when p_kind in ('agent_balance', 'owed', 'revenue', 'refunds') then 0 end)
    on conflict (kind, owner, payer) do nothing returning id into v_id;
  if v_id is null then
    select id into v_id from ledger_accounts where kind = p_kind and owner = p_owner and payer = p_payer;
  end if;
  return v_id;
end $$;

-- Moves an amount from the debited to the credited account, once per cause: a second one with the same cause is a unique
-- violation, a stored balance below zero a check violation. `owed` grows by debits as assets do; the other stored accounts
-- grow by credits.
create function ledger_post(
  p_debit bigint, p_credit bigint, p_amount numeric, p_kind ledger_transfer_kind, p_cause text, p_reference text default null
) returns ledger_transfers language plpgsql as $$
declare
  v_debit_after numeric;
  v_credit_after numeric;
  v_transfer ledger_transfers;
begin
  -- In the order of ids, so that two transfers between the same accounts never wait for each other.
  perform 1 from ledger_accounts where id in (p_debit, p_credit) and balance is not null order by id for update;
  update ledger_accounts set balance = balance + case kind when 'owed' then p_amount else -p_amount end
    where id = p_debit and balance is not null returning balance into v_debit_after;
  update ledger_accounts set balance = balance + case kind when 'owed' then -p_amount else p_amount end
    where id = p_credit and balance is not null returning balance into v_credit_after;
  insert into ledger_transfers (debit_account, credit_account, amount, kind, cause, reference, debit_balance_after, credit_balance_after)
    values (p_debit, p_credit, p_amount, p_kind, p_cause, p_reference, v_debit_after, v_credit_after)
    returning * into v_transfer;
  return v_transfer;
end $$;

-- Credits an agent from an account, and repays what it owes with it. Answers the balance that is left to spend.
create function ledger_credit_agent(
  p_agent text, p_source bigint, p_amount numeric, p_kind ledger_transfer_kind, p_cause text, p_reference text default null
) returns numeric language plpgsql as $$
declare
  v_agent bigint := ledger_account('agent_balance', p_agent);
  v_owed ledger_accounts;
  v_transfer ledger_transfers;
begin
  v_transfer := ledger_post(p_source, v_agent, p_amount, p_kind, p_cause, p_reference);
  select * into v_owed from ledger_accounts where kind = 'owed' and owner = p_agent and payer = '' and balance > 0;
  if found then
    v_transfer := ledger_post(v_agent, v_owed.id, least(v_owed.balance, p_amount), 'debt_repayment', p_cause || ':repayment', p_reference);
    return v_transfer.debit_balance_after;
  end if;
  return v_transfer.credit_balance_after;
end $$;

-- Takes a credit back from an agent: what is there is debited, the rest becomes what it owes.
create function ledger_reverse_credit(
  p_agent text, p_source bigint, p_amount numeric, p_kind ledger_transfer_kind, p_cause text, p_reference text default null
) returns void language plpgsql as $$
declare
  v_agent bigint := ledger_account('agent_balance', p_agent);
  v_there numeric;
begin
  select balance into v_there from ledger_accounts where id = v_agent for update;
  if v_there > 0 then
    perform ledger_post(v_agent, p_source, least(v_there, p_amount), p_kind, p_cause, p_reference);
  end if;
  if v_there < p_amount then
    perform ledger_post(ledger_account('owed', p_agent), p_source, p_amount - v_there, 'debt', p_cause || ':debt', p_reference);
  end if;
end $$;

-- As relay_prepare_deposit, for an x402 payment and for a withdrawal whose lease is still ours.
create function relay_prepare_x402(
  p_payment uuid, p_lease_version integer,
  p_chain_id integer, p_relayer text, p_nonce bigint, p_mined_nonce bigint, p_max_ahead integer,
  p_hash text, p_raw text, p_max_fee numeric, p_priority_fee numeric, p_gas_limit bigint
) returns text language plpgsql as $$
begin
  perform 1 from x402_payments
    where id = p_payment and lease_version = p_lease_version and status in ('verified', 'broadcasting') for update;
  if not found then return 'lease_lost'; end if;
  if not relay_prepare(p_chain_id, p_relayer, p_nonce, p_mined_nonce, p_max_ahead, 'x402', p_payment::text, p_hash, p_raw,
      p_max_fee, p_priority_fee, p_gas_limit) then
    return 'nonce_taken';
  end if;
  update x402_payments set status = 'broadcasting', tx_hash = p_hash, updated_at = now() where id = p_payment;
  return 'prepared';
end $$;

create function relay_prepare_withdrawal(
  p_withdrawal uuid, p_lease_version integer,
  p_chain_id integer, p_relayer text, p_nonce bigint, p_mined_nonce bigint, p_max_ahead integer,
  p_hash text, p_raw text, p_max_fee numeric, p_priority_fee numeric, p_gas_limit bigint
) returns text language plpgsql as $$
begin
  perform 1 from withdrawals
    where id = p_withdrawal and lease_version = p_lease_version and status in ('signed', 'broadcasting') for update;
  if not found then return 'lease_lost'; end if;
  if not relay_prepare(p_chain_id, p_relayer, p_nonce, p_mined_nonce, p_max_ahead, 'withdrawal', p_withdrawal::text, p_hash, p_raw,
      p_max_fee, p_priority_fee, p_gas_limit) then
    return 'nonce_taken';
  end if;
  update withdrawals set status = 'broadcasting', tx_hash = p_hash, updated_at = now() where id = p_withdrawal;
  return 'prepared';
end $$;
