-- The checker of payouts. A trigger is replaced and a table added; nothing is locked for long.

-- A move to where a payout is already would give its budget back a second time: each new version must be an edge.
create or replace trigger payouts_edges before update on payouts for each row
  when (old.state_version is distinct from new.state_version or old.status is distinct from new.status
    or old.failure_reason is distinct from new.failure_reason)
  execute function refuse_payout_edge();

-- CreateTable
CREATE TABLE "payout_checks" (
    "chain_id" INTEGER NOT NULL,
    "checked_block" BIGINT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payout_checks_pkey" PRIMARY KEY ("chain_id")
);

-- CreateIndex
CREATE INDEX "payouts_created_at_idx" ON "payouts" USING BRIN ("created_at");

-- A violation stops the payouts of its workspace, once: whoever lifts the switch while its alarm is still open is not overruled.
create function payouts_stop_for(p_workspace uuid, p_kind text, p_subject text, p_note text) returns boolean language plpgsql as $$
begin
  if exists (select 1 from alarms where kind = p_kind and subject = p_subject and resolved_at is null) then return false; end if;
  return payouts_stop(p_workspace, 'checker', p_note, null);
end $$;

-- One transfer on chain never proves two payouts.
create unique index payouts_nonce_key on payouts (nonce) where nonce is not null;

-- What ends with an agent. All its payouts are locked before the first gives its month back: whoever cancels another one meanwhile has that
-- payout and waits for the month.
create or replace function agent_stop_spending(p_agent text, p_actor text, p_request_id text) returns void language plpgsql as $$
declare
  v_mandate mandates;
  v_ids uuid[];
begin
  perform 1 from mandates where agent_id = p_agent order by id for update;
  v_ids := array(select id from payouts
    where agent_id = p_agent and status in ('pending_authorization', 'authorized') order by id for update);
  perform payout_move(p.id, '{pending_authorization,authorized}', 'failed', 'cancelled:agent_revoked', p_actor) from unnest(v_ids) p(id);
  for v_mandate in select * from mandates where agent_id = p_agent and status in ('pending_signature', 'signed') order by id loop
    perform mandate_end(v_mandate, p_actor, p_request_id, 0);
  end loop;
end $$;
