-- Policies and the kill switch, and what the console's lists of payouts need.

-- CreateIndex
CREATE INDEX "payouts_workspace_id_status_created_at_id_idx" ON "payouts"("workspace_id", "status", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "payouts_tx_hash_idx" ON "payouts"("tx_hash");

-- CreateIndex
CREATE INDEX "payouts_workspace_id_biz_id_idx" ON "payouts"("workspace_id", "biz_id");

-- A payout that was being created while its workspace was stopped: either the stop waits for it and ends it, or it sees the stop here.
-- Creation reads the policy without a lock, so that payouts of one workspace never wait for each other. Whoever called sees at the
-- repeat that payouts are stopped. A sweep is not looked at here: its own statement asks the policy under a lock (`managed_wallet_sweep`).
create function refuse_payout_while_stopped() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(5270401, hashtext(f.workspace_id::text))
    from (select distinct workspace_id from fresh where kind = 'payout') f;
  if exists (select 1 from workspace_policies p
      where p.killed_at is not null and p.workspace_id in (select workspace_id from fresh where kind = 'payout')) then
    raise exception 'payouts were stopped meanwhile' using errcode = 'serialization_failure';
  end if;
  return null;
end $$;
create trigger payouts_while_stopped after insert on payouts referencing new table as fresh
  for each statement execute function refuse_payout_while_stopped();

-- The kill switch: from its commit on nothing is created, signed or sent, sweeps neither. False when it was on already. Locks the policy, then
-- waits for creations under way; nobody holds a policy and waits for this lock.
create function payouts_stop(p_workspace uuid, p_actor text, p_note text, p_request_id text) returns boolean language plpgsql as $$
begin
  insert into workspace_policies (workspace_id, killed_at, killed_by, kill_note) values (p_workspace, now(), p_actor, p_note)
    on conflict (workspace_id) do update set killed_at = now(), killed_by = p_actor, kill_note = p_note, updated_at = now()
      where workspace_policies.killed_at is null;
  if not found then return false; end if;
  perform pg_advisory_xact_lock(5270401, hashtext(p_workspace::text));
  insert into audit_log (workspace_id, actor, action, details, request_id)
    select p_workspace, p_actor, 'payouts.stopped',
        jsonb_strip_nulls(jsonb_build_object('ended', count(*), 'amount', coalesce(sum(amount), 0)::text, 'note', p_note)), p_request_id
      from payouts where workspace_id = p_workspace and status in ('pending_authorization', 'authorized');
  return true;
end $$;

-- Ends what a stopped workspace has open and unsigned, sweeps too, at most `p_limit` in one transaction; answers how many. Locks as everybody
-- does: the policy, all mandates, all payouts, all months, each in the order of their keys.
create function payouts_end_stopped(p_workspace uuid, p_limit integer) returns integer language plpgsql as $$
declare
  v_policy workspace_policies;
  v_ids uuid[];
  v_count integer;
begin
  select * into v_policy from workspace_policies where workspace_id = p_workspace and killed_at is not null for share;
  if not found then return 0; end if;
  v_ids := array(select id from payouts
    where workspace_id = p_workspace and status in ('pending_authorization', 'authorized') order by created_at limit p_limit);
  perform 1 from mandates where id in (select mandate_id from payouts where id = any(v_ids) and uses_budget) order by id for update;
  perform 1 from payouts where id = any(v_ids) order by id for update;
  perform 1 from agent_monthly_spend s
    where (s.agent_id, s.month) in (select agent_id, counted_month from payouts where id = any(v_ids)) order by s.agent_id, s.month for update;
  select count(moved.id) into v_count from unnest(v_ids) with ordinality i(id, ord)
    cross join lateral payout_move(i.id, '{pending_authorization,authorized}', 'failed', 'killed', v_policy.killed_by) moved;
  return v_count;
end $$;

-- Keeps a verified signature. Null when it has served before.
create function keep_policy_evidence(p_workspace uuid, p_kind text, p_signer text, p_evidence jsonb) returns uuid language sql as $$
  insert into signed_evidence (workspace_id, kind, signer, digest, typed_data, signature)
    values (p_workspace, p_kind, p_signer, decode(p_evidence->>'digest', 'hex'), p_evidence->'typedData', p_evidence->>'signature')
    on conflict (digest) do nothing returning id
$$;

-- Lifts the kill switch that was set at `p_stopped_at`, with an owner's signature. What a stop that was cut off had left is ended first, so
-- that nothing from before the stop is paid after it. Outcomes: resumed, not_stopped, changed (another stop meanwhile), evidence_used.
create function payouts_resume(p_workspace uuid, p_actor text, p_stopped_at timestamptz, p_evidence jsonb, p_request_id text) returns text
language plpgsql as $$
declare
  v_policy workspace_policies;
  v_evidence uuid;
begin
  select * into v_policy from workspace_policies where workspace_id = p_workspace for update;
  if v_policy.killed_at is null then return 'not_stopped'; end if;
  if v_policy.killed_at <> p_stopped_at then return 'changed'; end if;
  v_evidence := keep_policy_evidence(p_workspace, 'payouts_resume', p_actor, p_evidence);
  if v_evidence is null then return 'evidence_used'; end if;
  perform payouts_end_stopped(p_workspace, 2147483647);
  update workspace_policies set killed_at = null, killed_by = null, kill_note = null, updated_at = now() where workspace_id = p_workspace;
  insert into audit_log (workspace_id, actor, action, details, request_id)
    values (p_workspace, p_actor, 'payouts.resumed',
      jsonb_build_object('stoppedBy', v_policy.killed_by, 'stoppedAt', v_policy.killed_at, 'evidenceId', v_evidence), p_request_id);
  return 'resumed';
end $$;

-- Sets from which amount two approvers are needed; null is never. Lowering the policy (a higher amount, or none) needs an owner's signature
-- over `p_before` and the new amount. Tightening sends mandates of at least that amount with one signature back for a second one, with a
-- link of seven days; a mandate that is being signed meanwhile is waited for. Outcomes: changed, unchanged, evidence_needed,
-- evidence_used, meanwhile (it is not `p_before` any more).
create function policy_change(
  p_workspace uuid, p_actor text, p_before numeric, p_threshold numeric, p_evidence jsonb, p_request_id text
) returns table (outcome text, mandates_sent_back integer) language plpgsql as $$
declare
  v_policy workspace_policies;
  v_lowers boolean;
  v_evidence uuid;
  v_mandates integer := 0;
begin
  insert into workspace_policies (workspace_id) values (p_workspace) on conflict do nothing;
  select * into v_policy from workspace_policies where workspace_id = p_workspace for update;
  if v_policy.two_approvers_from is not distinct from p_threshold then return query select 'unchanged', 0; return; end if;
  if v_policy.two_approvers_from is distinct from p_before then return query select 'meanwhile', 0; return; end if;
  v_lowers := v_policy.two_approvers_from is not null and (p_threshold is null or p_threshold > v_policy.two_approvers_from);
  if v_lowers then
    if p_evidence is null then return query select 'evidence_needed', 0; return; end if;
    v_evidence := keep_policy_evidence(p_workspace, 'policy_change', p_actor, p_evidence);
    if v_evidence is null then return query select 'evidence_used', 0; return; end if;
  end if;
  update workspace_policies set two_approvers_from = p_threshold, updated_at = now() where workspace_id = p_workspace;
  if not v_lowers then
    perform 1 from mandates m
      where m.workspace_id = p_workspace and m.limit_amount >= p_threshold and m.status in ('pending_signature', 'signed') order by m.id for update;
    update mandates m set required_signatures = 2, updated_at = now()
      where m.workspace_id = p_workspace and m.limit_amount >= p_threshold and m.status = 'pending_signature' and m.required_signatures < 2;
    update mandates m set status = 'pending_signature', required_signatures = 2, signed_at = null, link_expires_at = now() + interval '7 days',
        updated_at = now()
      where m.workspace_id = p_workspace and m.limit_amount >= p_threshold and m.status = 'signed' and m.signature_count < 2
        and m.valid_until > now();
    get diagnostics v_mandates = row_count;
  end if;
  insert into audit_log (workspace_id, actor, action, details, request_id)
    values (p_workspace, p_actor, 'policy.changed', jsonb_build_object('from', v_policy.two_approvers_from::text, 'to', p_threshold::text,
      'mandatesSentBack', v_mandates, 'evidenceId', v_evidence), p_request_id);
  return query select 'changed', v_mandates;
end $$;

-- A person ends a payout while nothing is signed. Outcomes: cancelled, already (it was before), too_late (`status` says where it is), not_found.
create function payout_cancel_by_person(p_workspace uuid, p_payout_id text, p_actor text, p_request_id text)
returns table (outcome text, status payout_status) language plpgsql as $$
declare
  v_id uuid;
  v_payout payouts;
begin
  select p.id into v_id from payouts p where p.workspace_id = p_workspace and p.payout_id = p_payout_id and p.deleted_at is null;
  if not found then return query select 'not_found', null::payout_status; return; end if;
  v_payout := payout_move(v_id, '{pending_authorization,authorized}', 'failed', 'cancelled', p_actor);
  if v_payout.id is null then
    return query select case when p.failure_reason = 'cancelled' then 'already' else 'too_late' end, p.status from payouts p where p.id = v_id;
    return;
  end if;
  insert into audit_log (workspace_id, actor, action, target, details, request_id)
    values (p_workspace, p_actor, 'payout.cancelled', p_payout_id,
      jsonb_build_object('amount', v_payout.amount::text, 'to', v_payout.to_address), p_request_id);
  return query select 'cancelled', v_payout.status;
end $$;
