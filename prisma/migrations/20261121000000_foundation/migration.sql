-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "event_kind" AS ENUM ('DEPOSIT', 'WITHDRAWAL', 'SETTLE', 'APPROVAL');

-- CreateEnum
CREATE TYPE "alarm_severity" AS ENUM ('warning', 'critical');

-- CreateEnum
CREATE TYPE "relay_status" AS ENUM ('prepared', 'sent', 'mined', 'replaced', 'dropped');

-- CreateEnum
CREATE TYPE "gasless_deposit_status" AS ENUM ('authorized', 'broadcasting', 'confirmed', 'failed');

-- CreateEnum
CREATE TYPE "member_role" AS ENUM ('OWNER', 'ADMIN', 'APPROVER', 'VIEWER');

-- CreateTable
CREATE TABLE "signed_evidence" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "signer" TEXT NOT NULL,
    "digest" BYTEA NOT NULL,
    "typed_data" JSONB NOT NULL,
    "signature" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signed_evidence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "id" BIGSERIAL NOT NULL,
    "workspace_id" UUID,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT,
    "details" JSONB NOT NULL DEFAULT '{}',
    "request_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "siwe_nonces" (
    "nonce" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "siwe_nonces_pkey" PRIMARY KEY ("nonce")
);

-- CreateTable
CREATE TABLE "auth_sessions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "token_hash" BYTEA NOT NULL,
    "address" TEXT NOT NULL,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "auth_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chain_cursors" (
    "chain_id" INTEGER NOT NULL,
    "settlement" TEXT NOT NULL,
    "start_block" BIGINT NOT NULL,
    "head_block" BIGINT NOT NULL,
    "head_hash" TEXT NOT NULL,
    "final_block" BIGINT NOT NULL,
    "backfill_to" BIGINT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chain_cursors_pkey" PRIMARY KEY ("chain_id")
);

-- CreateTable
CREATE TABLE "chain_blocks" (
    "chain_id" INTEGER NOT NULL,
    "number" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "parent_hash" TEXT NOT NULL,
    "timestamp" TIMESTAMPTZ(0) NOT NULL,

    CONSTRAINT "chain_blocks_pkey" PRIMARY KEY ("chain_id","number")
);

-- CreateTable
CREATE TABLE "pending_events" (
    "chain_id" INTEGER NOT NULL,
    "block_hash" TEXT NOT NULL,
    "tx_hash" TEXT NOT NULL,
    "log_index" INTEGER NOT NULL,
    "account" TEXT NOT NULL,
    "kind" "event_kind" NOT NULL,
    "block_number" BIGINT NOT NULL,
    "block_time" TIMESTAMPTZ(0) NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "pool_delta" DECIMAL(78,0) NOT NULL,
    "session_hash" TEXT,
    "counterparty" TEXT,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "pending_events_pkey" PRIMARY KEY ("chain_id","block_hash","tx_hash","log_index","account")
);

-- CreateTable
CREATE TABLE "wallet_events" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "chain_id" INTEGER NOT NULL,
    "account" TEXT NOT NULL,
    "kind" "event_kind" NOT NULL,
    "block_number" BIGINT NOT NULL,
    "block_hash" TEXT NOT NULL,
    "block_time" TIMESTAMPTZ(0) NOT NULL,
    "tx_hash" TEXT NOT NULL,
    "log_index" INTEGER NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "pool_delta" DECIMAL(78,0) NOT NULL,
    "pool_after" DECIMAL(78,0) NOT NULL,
    "session_hash" TEXT,
    "counterparty" TEXT,
    "details" JSONB NOT NULL DEFAULT '{}',
    "confirmed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reversal_of" UUID,

    CONSTRAINT "wallet_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pool_balances" (
    "chain_id" INTEGER NOT NULL,
    "account" TEXT NOT NULL,
    "balance" DECIMAL(78,0) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pool_balances_pkey" PRIMARY KEY ("chain_id","account")
);

-- CreateTable
CREATE TABLE "alarms" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "workspace_id" UUID,
    "severity" "alarm_severity" NOT NULL,
    "message" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(3),
    "resolved_by" TEXT,

    CONSTRAINT "alarms_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "process_heartbeats" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "is_leader" BOOLEAN NOT NULL DEFAULT false,
    "details" JSONB NOT NULL DEFAULT '{}',
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "process_heartbeats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "relayer_accounts" (
    "chain_id" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "next_nonce" BIGINT NOT NULL,
    "gas_balance" DECIMAL(78,0),
    "checked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "relayer_accounts_pkey" PRIMARY KEY ("chain_id","address")
);

-- CreateTable
CREATE TABLE "relayer_transactions" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "chain_id" INTEGER NOT NULL,
    "relayer" TEXT NOT NULL,
    "nonce" BIGINT NOT NULL,
    "purpose" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "raw_transaction" TEXT NOT NULL,
    "max_fee_per_gas" DECIMAL(78,0) NOT NULL,
    "max_priority_fee_per_gas" DECIMAL(78,0) NOT NULL,
    "gas_limit" BIGINT NOT NULL,
    "status" "relay_status" NOT NULL DEFAULT 'prepared',
    "block_number" BIGINT,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),
    "mined_at" TIMESTAMPTZ(3),

    CONSTRAINT "relayer_transactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deposit_authorizations" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "chain_id" INTEGER NOT NULL,
    "from_address" TEXT NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "valid_after" BIGINT NOT NULL,
    "valid_before" BIGINT NOT NULL,
    "nonce" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "status" "gasless_deposit_status" NOT NULL DEFAULT 'authorized',
    "failure_reason" TEXT,
    "tx_hash" TEXT,
    "block_number" BIGINT,
    "requested_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_until" TIMESTAMPTZ(3),
    "lease_version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "deposit_authorizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workspaces" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "wallet_address" TEXT NOT NULL,
    "roles" TEXT[],
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "workspaces_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workspace_members" (
    "workspace_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "role" "member_role" NOT NULL,
    "rights_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "added_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_members_pkey" PRIMARY KEY ("workspace_id","address")
);

-- CreateTable
CREATE TABLE "workspace_invites" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "workspace_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "role" "member_role" NOT NULL,
    "invited_by" TEXT NOT NULL,
    "evidence_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "declined_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "workspace_invites_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "signed_evidence_digest_key" ON "signed_evidence"("digest");

-- CreateIndex
CREATE INDEX "audit_log_workspace_id_id_idx" ON "audit_log"("workspace_id", "id" DESC);

-- CreateIndex
CREATE INDEX "siwe_nonces_expires_at_idx" ON "siwe_nonces"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "auth_sessions_token_hash_key" ON "auth_sessions"("token_hash");

-- CreateIndex
CREATE INDEX "auth_sessions_address_expires_at_idx" ON "auth_sessions"("address", "expires_at");

-- CreateIndex
CREATE INDEX "pending_events_chain_id_account_block_number_idx" ON "pending_events"("chain_id", "account", "block_number");

-- CreateIndex
CREATE INDEX "pending_events_chain_id_block_number_idx" ON "pending_events"("chain_id", "block_number");

-- CreateIndex
CREATE UNIQUE INDEX "wallet_events_reversal_of_key" ON "wallet_events"("reversal_of");

-- CreateIndex
CREATE INDEX "wallet_events_chain_id_account_block_number_log_index_id_idx" ON "wallet_events"("chain_id", "account", "block_number" DESC, "log_index" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "wallet_events_chain_id_block_number_idx" ON "wallet_events"("chain_id", "block_number");

-- CreateIndex
CREATE INDEX "alarms_workspace_id_idx" ON "alarms"("workspace_id");

-- CreateIndex
CREATE INDEX "process_heartbeats_kind_heartbeat_at_idx" ON "process_heartbeats"("kind", "heartbeat_at");

-- CreateIndex
CREATE INDEX "relayer_transactions_chain_id_relayer_nonce_idx" ON "relayer_transactions"("chain_id", "relayer", "nonce");

-- CreateIndex
CREATE INDEX "relayer_transactions_purpose_reference_idx" ON "relayer_transactions"("purpose", "reference");

-- CreateIndex
CREATE UNIQUE INDEX "relayer_transactions_chain_id_hash_key" ON "relayer_transactions"("chain_id", "hash");

-- CreateIndex
CREATE INDEX "deposit_authorizations_workspace_id_created_at_idx" ON "deposit_authorizations"("workspace_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "deposit_authorizations_chain_id_from_address_nonce_key" ON "deposit_authorizations"("chain_id", "from_address", "nonce");

-- CreateIndex
CREATE INDEX "workspace_members_address_idx" ON "workspace_members"("address");

-- CreateIndex
CREATE INDEX "workspace_invites_address_idx" ON "workspace_invites"("address");

-- AddForeignKey
ALTER TABLE "workspace_members" ADD CONSTRAINT "workspace_members_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workspace_invites" ADD CONSTRAINT "workspace_invites_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What Prisma's schema cannot say: checks, partial indexes, append-only tables. Every statement above and below only
-- touches tables made in this migration, so no lock meets live traffic.

-- Addresses are stored in lower case, hashes likewise; the API answers them checksummed.
alter table siwe_nonces add constraint siwe_nonces_nonce_check check (nonce ~ '^[A-Za-z0-9]{16,64}$');
alter table auth_sessions add constraint auth_sessions_address_check check (address ~ '^0x[0-9a-f]{40}$'),
  add constraint auth_sessions_token_hash_check check (octet_length(token_hash) = 32),
  add constraint auth_sessions_expiry_check check (expires_at > created_at);

alter table workspaces add constraint workspaces_slug_check check (slug ~ '^[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]$'),
  add constraint workspaces_name_check check (char_length(name) between 1 and 80),
  add constraint workspaces_wallet_check check (wallet_address ~ '^0x[0-9a-f]{40}$'),
  add constraint workspaces_roles_check check (cardinality(roles) between 1 and 2 and roles <@ array['CONSUMER', 'SUPPLIER']);
-- One live workspace per slug and per wallet; the second also answers "whose wallet is this?".
create unique index workspaces_live_slug_key on workspaces (slug) where deleted_at is null;
create unique index workspaces_live_wallet_key on workspaces (wallet_address) where deleted_at is null;

alter table workspace_members add constraint workspace_members_address_check check (address ~ '^0x[0-9a-f]{40}$');
alter table workspace_invites add constraint workspace_invites_address_check check (address ~ '^0x[0-9a-f]{40}$'),
  add constraint workspace_invites_outcome_check check (num_nonnulls(accepted_at, declined_at, revoked_at) <= 1);
-- One open invitation per person and workspace.
create unique index workspace_invites_open_key on workspace_invites (workspace_id, address)
  where accepted_at is null and declined_at is null and revoked_at is null;

alter table signed_evidence add constraint signed_evidence_signer_check check (signer ~ '^0x[0-9a-f]{40}$'),
  add constraint signed_evidence_digest_check check (octet_length(digest) = 32);

alter table chain_cursors add constraint chain_cursors_order_check check (final_block <= head_block and start_block <= head_block + 1);
alter table pending_events add constraint pending_events_account_check check (account ~ '^0x[0-9a-f]{40}$'),
  add constraint pending_events_amount_check check (amount >= 0);
alter table wallet_events add constraint wallet_events_account_check check (account ~ '^0x[0-9a-f]{40}$'),
  add constraint wallet_events_sign_check check ((reversal_of is null) = (amount >= 0) or amount = 0);
-- The same log of the same block enters the ledger once, whatever reads it twice; a reversal is its own row.
create unique index wallet_events_source_key on wallet_events (chain_id, block_hash, tx_hash, log_index, account)
  where reversal_of is null;
create unique index alarms_open_key on alarms (kind, subject) where resolved_at is null;

alter table relayer_accounts add constraint relayer_accounts_address_check check (address ~ '^0x[0-9a-f]{40}$'),
  add constraint relayer_accounts_nonce_check check (next_nonce >= 0);
alter table deposit_authorizations add constraint deposit_authorizations_amount_check check (amount > 0),
  add constraint deposit_authorizations_from_check check (from_address ~ '^0x[0-9a-f]{40}$'),
  add constraint deposit_authorizations_failure_check check ((status = 'failed') = (failure_reason is not null)),
  add constraint deposit_authorizations_confirmed_check check (status <> 'confirmed' or (tx_hash is not null and block_number is not null));
-- The worker's queue: due gasless deposits, oldest first.
create index deposit_authorizations_due_idx on deposit_authorizations (created_at) where status in ('authorized', 'broadcasting');

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;
create trigger wallet_events_append_only before update or delete on wallet_events
  for each row execute function refuse_change();
create trigger audit_log_append_only before update or delete on audit_log
  for each row execute function refuse_change();
create trigger signed_evidence_append_only before update or delete on signed_evidence
  for each row execute function refuse_change();
