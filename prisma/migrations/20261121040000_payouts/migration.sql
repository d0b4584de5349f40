-- Mandates, payouts, managed wallets, webhooks. New tables and functions, and one column on a small table; no lock is held for long.

-- CreateEnum
CREATE TYPE "wallet_signer" AS ENUM ('local', 'kms', 'cdp');

-- CreateEnum
CREATE TYPE "mandate_status" AS ENUM ('pending_signature', 'signed', 'revoked', 'expired');

-- CreateEnum
CREATE TYPE "payout_status" AS ENUM ('pending_authorization', 'authorized', 'signing', 'signed', 'broadcasting', 'succeeded', 'confirmed', 'failed');

-- CreateEnum
CREATE TYPE "payout_kind" AS ENUM ('payout', 'sweep');

-- CreateEnum
CREATE TYPE "approval_status" AS ENUM ('pending', 'approved', 'denied', 'closed');

-- CreateEnum
CREATE TYPE "webhook_delivery_status" AS ENUM ('pending', 'delivered', 'failed');

-- AlterTable
ALTER TABLE "signed_evidence" ADD COLUMN     "reference" TEXT;

-- CreateTable
CREATE TABLE "managed_wallets" (
    "chain_id" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "workspace_id" UUID,
    "signer" "wallet_signer" NOT NULL,
    "key_reference" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "assigned_at" TIMESTAMPTZ(3),

    CONSTRAINT "managed_wallets_pkey" PRIMARY KEY ("chain_id","address")
);

-- CreateTable
CREATE TABLE "mandates" (
    "id" TEXT NOT NULL,
    "workspace_id" UUID,
    "agent_id" TEXT NOT NULL,
    "status" "mandate_status" NOT NULL DEFAULT 'pending_signature',
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "natural_language" TEXT NOT NULL,
    "category" TEXT NOT NULL DEFAULT 'general',
    "currency" TEXT NOT NULL DEFAULT 'USDC',
    "limit_amount" DECIMAL(78,0) NOT NULL,
    "spent_amount" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "pending_spent_amount" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "max_amount_per_tx" DECIMAL(78,0),
    "recipient_allowlist" TEXT[],
    "host_allowlist" TEXT[],
    "period_seconds" INTEGER,
    "period_limit" DECIMAL(78,0),
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "link_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "required_signatures" INTEGER NOT NULL DEFAULT 1,
    "signature_count" INTEGER NOT NULL DEFAULT 0,
    "mandate_hash" TEXT,
    "signed_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" TEXT,
    "created_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mandates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payouts" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "kind" "payout_kind" NOT NULL DEFAULT 'payout',
    "workspace_id" UUID NOT NULL,
    "agent_id" TEXT,
    "payout_id" TEXT NOT NULL,
    "biz_id" TEXT,
    "mandate_id" TEXT,
    "uses_budget" BOOLEAN NOT NULL DEFAULT false,
    "request_hash" BYTEA NOT NULL,
    "status" "payout_status" NOT NULL,
    "failure_reason" TEXT,
    "state_version" INTEGER NOT NULL DEFAULT 1,
    "chain_id" INTEGER NOT NULL,
    "network" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "asset_address" TEXT NOT NULL,
    "from_address" TEXT NOT NULL,
    "to_address" TEXT NOT NULL,
    "asset_checksum" TEXT NOT NULL,
    "to_checksum" TEXT NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "description" TEXT,
    "metadata" JSONB,
    "webhook_url" TEXT,
    "approval_url" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "counted_month" DATE,
    "nonce" TEXT,
    "valid_before" BIGINT,
    "signature" TEXT,
    "tx_hash" TEXT,
    "block_number" BIGINT,
    "confirmations" INTEGER NOT NULL DEFAULT 0,
    "signing_at" TIMESTAMPTZ(3),
    "signed_at" TIMESTAMPTZ(3),
    "executed_at" TIMESTAMPTZ(3),
    "confirmed_at" TIMESTAMPTZ(3),
    "finalized_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "lease_version" INTEGER NOT NULL DEFAULT 0,
    "waiting_for" TEXT,
    "next_try_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "payouts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payout_transitions" (
    "payout_row_id" UUID NOT NULL,
    "state_version" INTEGER NOT NULL,
    "from_status" "payout_status",
    "to_status" "payout_status" NOT NULL,
    "reason" TEXT,
    "actor" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payout_transitions_pkey" PRIMARY KEY ("payout_row_id","state_version")
);

-- CreateTable
CREATE TABLE "approvals" (
    "id" TEXT NOT NULL,
    "payout_row_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "status" "approval_status" NOT NULL,
    "is_by_mandate" BOOLEAN NOT NULL,
    "required_approvals" INTEGER NOT NULL DEFAULT 1,
    "refusal" JSONB,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "approvals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval_votes" (
    "approval_id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "is_approved" BOOLEAN NOT NULL,
    "evidence_id" UUID,
    "note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "approval_votes_pkey" PRIMARY KEY ("approval_id","address")
);

-- CreateTable
CREATE TABLE "workspace_policies" (
    "workspace_id" UUID NOT NULL,
    "two_approvers_from" DECIMAL(78,0),
    "killed_at" TIMESTAMPTZ(3),
    "killed_by" TEXT,
    "kill_note" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_policies_pkey" PRIMARY KEY ("workspace_id")
);

-- CreateTable
CREATE TABLE "address_book_entries" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "note" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "address_book_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workspace_webhook_secrets" (
    "workspace_id" UUID NOT NULL,
    "sealed_secret" TEXT NOT NULL,
    "sealed_previous_secret" TEXT,
    "previous_ends_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "rotated_at" TIMESTAMPTZ(3),

    CONSTRAINT "workspace_webhook_secrets_pkey" PRIMARY KEY ("workspace_id")
);

-- CreateTable
CREATE TABLE "webhook_endpoints" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "description" TEXT,
    "event_types" TEXT[],
    "sealed_secret" TEXT NOT NULL,
    "sealed_previous_secret" TEXT,
    "previous_ends_at" TIMESTAMPTZ(3),
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "disabled_reason" TEXT,
    "disabled_at" TIMESTAMPTZ(3),
    "failing_since" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_endpoints_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_events" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "payout_row_id" UUID,
    "webhook_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "fanned_out_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_deliveries" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "event_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "endpoint_id" UUID,
    "url" TEXT NOT NULL,
    "status" "webhook_delivery_status" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "lease_version" INTEGER NOT NULL DEFAULT 0,
    "last_status" INTEGER,
    "last_error" TEXT,
    "replayed_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_attempts" (
    "id" BIGSERIAL NOT NULL,
    "delivery_id" UUID NOT NULL,
    "request_headers" JSONB NOT NULL,
    "response_status" INTEGER,
    "response_body" TEXT,
    "error" TEXT,
    "duration_milliseconds" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_attempts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "managed_wallets_workspace_id_chain_id_key" ON "managed_wallets"("workspace_id", "chain_id");

-- CreateIndex
CREATE INDEX "mandates_agent_id_created_at_idx" ON "mandates"("agent_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "mandates_workspace_id_created_at_idx" ON "mandates"("workspace_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "payouts_workspace_id_created_at_id_idx" ON "payouts"("workspace_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "payouts_agent_id_created_at_idx" ON "payouts"("agent_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "payouts_mandate_id_created_at_idx" ON "payouts"("mandate_id", "created_at");

-- CreateIndex
CREATE INDEX "payouts_workspace_id_to_address_idx" ON "payouts"("workspace_id", "to_address");

-- CreateIndex
CREATE UNIQUE INDEX "payouts_workspace_id_payout_id_key" ON "payouts"("workspace_id", "payout_id");

-- CreateIndex
CREATE UNIQUE INDEX "approvals_payout_row_id_key" ON "approvals"("payout_row_id");

-- CreateIndex
CREATE INDEX "approvals_workspace_id_status_created_at_idx" ON "approvals"("workspace_id", "status", "created_at");

-- CreateIndex
CREATE INDEX "address_book_entries_workspace_id_created_at_idx" ON "address_book_entries"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "webhook_endpoints_workspace_id_created_at_idx" ON "webhook_endpoints"("workspace_id", "created_at");

-- CreateIndex
CREATE INDEX "webhook_events_workspace_id_created_at_idx" ON "webhook_events"("workspace_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "webhook_events_payout_row_id_created_at_idx" ON "webhook_events"("payout_row_id", "created_at");

-- CreateIndex
CREATE INDEX "webhook_deliveries_endpoint_id_created_at_idx" ON "webhook_deliveries"("endpoint_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "webhook_deliveries_event_id_idx" ON "webhook_deliveries"("event_id");

-- CreateIndex
CREATE INDEX "webhook_attempts_delivery_id_id_idx" ON "webhook_attempts"("delivery_id", "id");


alter table mandates add constraint mandates_amounts_check check (
  limit_amount > 0 and spent_amount >= 0 and pending_spent_amount >= 0 and spent_amount + pending_spent_amount <= limit_amount);
alter table mandates add constraint mandates_period_check check ((period_seconds is null) = (period_limit is null) and period_seconds > 0 and period_limit > 0);
alter table mandates add constraint mandates_window_check check (valid_from < valid_until and (max_amount_per_tx is null or max_amount_per_tx > 0));
alter table payouts add constraint payouts_amount_check check (amount > 0);
alter table payouts add constraint payouts_kind_check check ((kind = 'payout') = (agent_id is not null) and (not uses_budget or mandate_id is not null));
alter table payouts add constraint payouts_reason_check check ((status = 'failed') = (failure_reason is not null));
-- What is signed is whole.
alter table payouts add constraint payouts_authorization_check check (
  (nonce is null) = (signature is null) and (nonce is null) = (valid_before is null)
  and (status in ('pending_authorization', 'authorized', 'signing', 'failed') or nonce is not null));
alter table address_book_entries add constraint address_book_entries_address_check check (address ~ '^0x[0-9a-f]{40}$');
alter table workspace_policies add constraint workspace_policies_check check (two_approvers_from > 0 and (killed_at is null) = (killed_by is null));

-- One active payout for each business id. A time-out may still be paid and keeps it.
create unique index payouts_active_biz_id_key on payouts (workspace_id, biz_id)
  where deleted_at is null and biz_id is not null and (status <> 'failed' or failure_reason like 'tx_confirmation_timeout%');
-- The worker's queue: what it signs, sends and watches.
create index payouts_due_idx on payouts (created_at)
  where status in ('authorized', 'signing', 'signed', 'broadcasting', 'succeeded')
    or (status = 'confirmed' and finalized_at is null) or (status = 'failed' and failure_reason like 'tx_confirmation_timeout%');
create index payouts_expiring_idx on payouts (expires_at) where status in ('pending_authorization', 'authorized');
-- What a managed wallet has promised.
create index payouts_reserved_idx on payouts (from_address)
  where status in ('signing', 'signed', 'broadcasting', 'succeeded') or (status = 'failed' and failure_reason like 'tx_confirmation_timeout%');
create unique index signed_evidence_reference_key on signed_evidence (kind, reference, signer) where reference is not null;
create unique index address_book_entries_live_key on address_book_entries (workspace_id, address) where deleted_at is null;
create index managed_wallets_stock_idx on managed_wallets (chain_id, created_at) where workspace_id is null;
create index webhook_events_outbox_idx on webhook_events (created_at) where fanned_out_at is null;
create index webhook_deliveries_due_idx on webhook_deliveries (next_attempt_at) where status = 'pending';

create trigger payout_transitions_append_only before update or delete on payout_transitions
  for each row execute function refuse_change();

-- A new workspace takes a wallet out of the stock, on each chain that has one. Without one the worker gives it a wallet later.
create function take_managed_wallet() returns trigger language plpgsql as $$
declare
  v_chain integer;
begin
  for v_chain in select distinct chain_id from managed_wallets where workspace_id is null loop
    update managed_wallets set workspace_id = new.id, assigned_at = now()
      where (chain_id, address) = (
        select chain_id, address from managed_wallets where workspace_id is null and chain_id = v_chain
          order by created_at limit 1 for update skip locked);
  end loop;
  return null;
end $$;
create trigger workspaces_managed_wallet after insert on workspaces for each row execute function take_managed_wallet();

-- The status machine, as domain/payout-status.ts has it. A reason may carry a suffix behind a colon.
create function payout_edge_allowed(p_from payout_status, p_from_reason text, p_to payout_status, p_to_reason text) returns boolean
language sql immutable as $$
  select coalesce(case
    when p_from in ('pending_authorization', 'authorized') and p_to = 'failed' then split_part(p_to_reason, ':', 1) in
      ('user_denied', 'expired', 'cancelled', 'mandate_revoked', 'mandate_disabled', 'killed', 'insufficient_funds')
    when p_from = 'signing' and p_to = 'failed' then split_part(p_to_reason, ':', 1) in ('signing_failed', 'insufficient_funds')
    when p_from in ('signed', 'broadcasting') and p_to = 'failed' then split_part(p_to_reason, ':', 1) in ('authorization_expired', 'tx_reverted')
    when p_from = 'succeeded' and p_to = 'failed' then split_part(p_to_reason, ':', 1) in ('tx_reverted', 'tx_confirmation_timeout')
    when p_from = 'failed' and p_from_reason like 'tx_confirmation_timeout%' then
      p_to = 'confirmed' or (p_to = 'failed' and split_part(p_to_reason, ':', 1) = 'authorization_expired')
    else (p_from, p_to) in (
      ('pending_authorization', 'authorized'), ('authorized', 'signing'), ('signing', 'signed'), ('signed', 'broadcasting'),
      ('broadcasting', 'succeeded'), ('succeeded', 'confirmed'))
  end, false)
$$;

create function refuse_payout_edge() returns trigger language plpgsql as $$
begin
  if not payout_edge_allowed(old.status, old.failure_reason, new.status, new.failure_reason) then
    raise exception 'a payout does not go from % (%) to % (%)', old.status, old.failure_reason, new.status, new.failure_reason
      using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger payouts_edges before update on payouts for each row
  when (old.status is distinct from new.status or old.failure_reason is distinct from new.failure_reason)
  execute function refuse_payout_edge();

create function payout_is_final(p_payout payouts) returns boolean language sql immutable as $$
  select p_payout.status = 'confirmed' or (p_payout.status = 'failed' and p_payout.failure_reason not like 'tx_confirmation_timeout%')
$$;

-- A payout as GET answers it and as webhooks carry it: times in Unix seconds, amounts in atomic units.
create function payout_json(p_payout payouts) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'payoutId', p_payout.payout_id,
    'status', p_payout.status,
    'txHash', p_payout.tx_hash,
    'approvalUrl', case when p_payout.status = 'pending_authorization' then p_payout.approval_url end,
    'expiresAt', floor(extract(epoch from p_payout.expires_at))::bigint,
    'toAddress', p_payout.to_checksum,
    'amount', p_payout.amount::text,
    'currency', p_payout.currency,
    'network', p_payout.network,
    'assetAddress', p_payout.asset_checksum,
    'agentId', p_payout.agent_id,
    'agentName', (select a.name from agents a where a.id = p_payout.agent_id),
    'failureReason', p_payout.failure_reason,
    'createdAt', floor(extract(epoch from p_payout.created_at))::bigint,
    'executedAt', floor(extract(epoch from p_payout.executed_at))::bigint,
    'mandateId', p_payout.mandate_id,
    'bizId', p_payout.biz_id,
    'description', p_payout.description,
    'metadata', p_payout.metadata,
    'confirmations', p_payout.confirmations,
    'confirmedAt', floor(extract(epoch from p_payout.confirmed_at))::bigint,
    'isFinal', payout_is_final(p_payout))
$$;

-- Puts an event into the outbox, frozen as it will be sent.
create function webhook_emit(p_workspace uuid, p_type text, p_data jsonb, p_payout uuid default null, p_webhook_url text default null)
returns void language sql as $$
  insert into webhook_events (workspace_id, type, body, payout_row_id, webhook_url)
    values (p_workspace, p_type, jsonb_build_object('type', p_type,
      'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'data', p_data)::text, p_payout, p_webhook_url)
$$;

-- A time-out is not an end: whoever pays again on `payout.failed` would otherwise pay twice.
create function payout_event_type(p_payout payouts) returns text language sql immutable as $$
  select case when p_payout.status = 'failed' and not payout_is_final(p_payout) then 'payout.confirmation_timeout'
    else 'payout.' || p_payout.status end
$$;

create function payout_emit(p_payout payouts) returns void language sql as $$
  select webhook_emit(p_payout.workspace_id, payout_event_type(p_payout),
    jsonb_build_object('stateVersion', p_payout.state_version, 'payout', payout_json(p_payout)), p_payout.id, p_payout.webhook_url)
    where p_payout.kind = 'payout'
$$;

-- The only way to another status: one compare-and-set with its effects on budget, approval, month, timeline and outbox. Null when the
-- payout is not in `p_from`, or the lease is lost. `p_changes` are columns that change with it: nonce, validBefore, signature, txHash,
-- blockNumber, confirmations. Locks the mandate before the payout, as whatever ends many payouts of a mandate must.
create function payout_move(
  p_id uuid, p_from payout_status[], p_to payout_status, p_reason text, p_actor text,
  p_changes jsonb default '{}', p_details jsonb default '{}', p_lease_version integer default null
) returns payouts language plpgsql as $$
declare
  v_old payouts;
  v_new payouts;
begin
  select * into v_old from payouts where id = p_id;
  if v_old.uses_budget and p_to in ('confirmed', 'failed') then
    perform 1 from mandates where id = v_old.mandate_id for update;
  end if;
  select * into v_old from payouts
    where id = p_id and status = any(p_from) and (p_lease_version is null or lease_version = p_lease_version) for update;
  if not found then return null; end if;

  update payouts set status = p_to, failure_reason = p_reason, state_version = state_version + 1, waiting_for = null, next_try_at = null,
      nonce = coalesce(p_changes->>'nonce', nonce), valid_before = coalesce((p_changes->>'validBefore')::bigint, valid_before),
      signature = coalesce(p_changes->>'signature', signature), tx_hash = coalesce(p_changes->>'txHash', tx_hash),
      block_number = coalesce((p_changes->>'blockNumber')::bigint, block_number),
      confirmations = coalesce((p_changes->>'confirmations')::integer, confirmations),
      signing_at = case when p_to = 'signing' then now() else signing_at end,
      signed_at = case when p_to = 'signed' then now() else signed_at end,
      executed_at = case when p_to in ('succeeded', 'confirmed') then coalesce(executed_at, now()) else executed_at end,
      confirmed_at = case when p_to = 'confirmed' then now() else confirmed_at end, updated_at = now()
    where id = p_id returning * into v_new;

  if p_to = 'confirmed' and v_new.uses_budget then
    update mandates set pending_spent_amount = pending_spent_amount - v_new.amount, spent_amount = spent_amount + v_new.amount, updated_at = now()
      where id = v_new.mandate_id;
  elsif p_to = 'failed' and payout_is_final(v_new) then
    if v_new.uses_budget then
      update mandates set pending_spent_amount = pending_spent_amount - v_new.amount, updated_at = now() where id = v_new.mandate_id;
    end if;
    if v_new.counted_month is not null then
      update agent_monthly_spend set spent = greatest(spent - v_new.amount, 0) where agent_id = v_new.agent_id and month = v_new.counted_month;
      update payouts set counted_month = null where id = p_id;
    end if;
  end if;
  if v_old.status = 'pending_authorization' then
    update approvals set decided_by = p_actor, decided_at = now(), status = case
        when p_to = 'authorized' then 'approved'::approval_status
        when split_part(p_reason, ':', 1) = 'user_denied' then 'denied' else 'closed' end
      where payout_row_id = p_id and status = 'pending';
  end if;
  insert into payout_transitions (payout_row_id, state_version, from_status, to_status, reason, actor, details)
    values (p_id, v_new.state_version, v_old.status, p_to, p_reason, p_actor, p_details);
  perform payout_emit(v_new);
  return v_new;
end $$;

-- Why a mandate does not pay an amount to an address now, as {code, ...}, or null. `p_pending` and `p_period` are what the caller has
-- promised of it and what counts in its period. The order is the documented one.
create function mandate_refusal(
  p_mandate mandates, p_agent text, p_workspace uuid, p_currency text, p_to text, p_amount numeric, p_pending numeric, p_period numeric
) returns jsonb language sql stable as $$
  select case
    when p_mandate.id is null then jsonb_build_object('code', 'mandate_not_found')
    when p_mandate.agent_id <> p_agent or p_mandate.workspace_id is distinct from p_workspace then jsonb_build_object('code', 'mandate_mismatch')
    when p_mandate.status = 'pending_signature' then jsonb_build_object('code', 'mandate_not_signed', 'mandateStatus', p_mandate.status)
    when p_mandate.status = 'revoked' then jsonb_build_object('code', 'mandate_disabled', 'mandateStatus', p_mandate.status)
    when p_mandate.status = 'expired' then jsonb_build_object('code', 'mandate_expired', 'mandateStatus', p_mandate.status)
    when not p_mandate.is_enabled then jsonb_build_object('code', 'mandate_disabled', 'mandateStatus', p_mandate.status)
    when now() < p_mandate.valid_from or now() >= p_mandate.valid_until then jsonb_build_object('code', 'mandate_expired',
      'mandateStatus', p_mandate.status, 'validFrom', p_mandate.valid_from, 'validUntil', p_mandate.valid_until)
    when p_mandate.currency <> p_currency then jsonb_build_object('code', 'mandate_currency_mismatch', 'currency', p_mandate.currency)
    when cardinality(p_mandate.host_allowlist) > 0
      or (cardinality(p_mandate.recipient_allowlist) > 0 and p_to <> all(p_mandate.recipient_allowlist))
      then jsonb_build_object('code', 'mandate_recipient_not_allowed', 'recipientAllowlist', to_jsonb(p_mandate.recipient_allowlist))
    when p_amount > p_mandate.max_amount_per_tx then jsonb_build_object('code', 'mandate_amount_over_cap',
      'maxAmountPerTx', p_mandate.max_amount_per_tx::text, 'required', p_amount::text)
    when p_period + p_amount > p_mandate.period_limit then jsonb_build_object('code', 'mandate_period_exceeded',
      'periodSeconds', p_mandate.period_seconds, 'periodLimit', p_mandate.period_limit::text, 'periodSpent', p_period::text,
      'remaining', greatest(p_mandate.period_limit - p_period, 0)::text, 'required', p_amount::text)
    when p_mandate.limit_amount - p_mandate.spent_amount - p_pending < p_amount then jsonb_build_object('code', 'mandate_insufficient_budget',
      'remaining', (p_mandate.limit_amount - p_mandate.spent_amount - p_pending)::text, 'required', p_amount::text)
  end
$$;

-- What counts in a mandate's rolling period: authorised within it and not failed for good.
create function mandate_period_spent(p_mandate mandates) returns numeric language sql stable as $$
  select coalesce(sum(amount), 0) from payouts
    where mandate_id = p_mandate.id and uses_budget and created_at > now() - make_interval(secs => p_mandate.period_seconds)
      and (status <> 'failed' or failure_reason like 'tx_confirmation_timeout%')
$$;
