-- What a restored backup calls unsigned may be paid: the chain is asked before it ends. A column without a default locks `workspace_policies`
-- for a moment.

-- When payouts were stopped last, kept by the resume.
ALTER TABLE "workspace_policies" ADD COLUMN "stopped_at" TIMESTAMPTZ(3);

-- As before, and what is being signed counts as open: nobody has seen a signature that is not stored. What waits for the second endpoint's word
-- whether it is paid neither counts as ended nor is ended: the worker ends it, as stopped, once both say that it is not paid, also after the
-- resume (`payout_signing_refusal`).
create or replace function payouts_stop(p_workspace uuid, p_actor text, p_note text, p_request_id text) returns boolean language plpgsql as $$
begin
  insert into workspace_policies (workspace_id, killed_at, killed_by, kill_note) values (p_workspace, now(), p_actor, p_note)
    on conflict (workspace_id) do update set killed_at = now(), killed_by = p_actor, kill_note = p_note, updated_at = now()
      where workspace_policies.killed_at is null;
  if not found then return false; end if;
  perform pg_advisory_xact_lock(5270401, hashtext(p_workspace::text));
  insert into audit_log (workspace_id, actor, action, details, request_id)
    select p_workspace, p_actor, 'payouts.stopped',
        jsonb_strip_nulls(jsonb_build_object('ended', count(*), 'amount', coalesce(sum(amount), 0)::text, 'note', p_note)), p_request_id
      from payouts where workspace_id = p_workspace and status in ('pending_authorization', 'authorized', 'signing')
        and waiting_for is distinct from 'second_endpoint';
  return true;
end $$;

-- As before, and what is being signed: a signer that does not answer would otherwise sign it after the resume. A worker that signs meanwhile
-- finds it ended when it stores the signature, which nobody has seen, and drops it.
create or replace function payouts_end_stopped(p_workspace uuid, p_limit integer) returns integer language plpgsql as $$
declare
  v_policy workspace_policies;
  v_ids uuid[];
  v_count integer;
begin
  select * into v_policy from workspace_policies where workspace_id = p_workspace and killed_at is not null for share;
  if not found then return 0; end if;
  v_ids := array(select id from payouts
    where workspace_id = p_workspace and status in ('pending_authorization', 'authorized', 'signing')
      and waiting_for is distinct from 'second_endpoint' order by created_at limit p_limit);
  perform 1 from mandates where id in (select mandate_id from payouts where id = any(v_ids) and uses_budget) order by id for update;
  perform 1 from payouts where id = any(v_ids) order by id for update;
  perform 1 from agent_monthly_spend s
    where (s.agent_id, s.month) in (select agent_id, counted_month from payouts where id = any(v_ids)) order by s.agent_id, s.month for update;
  select count(moved.id) into v_count from payouts p
    cross join lateral payout_move(p.id, '{pending_authorization,authorized,signing}', 'failed',
      case when p.status = 'signing' then 'signing_failed:killed' else 'killed' end, v_policy.killed_by) moved
    where p.id = any(v_ids) and p.waiting_for is distinct from 'second_endpoint';
  return v_count;
end $$;

-- As before, and keeps when the stop was.
create or replace function payouts_resume(p_workspace uuid, p_actor text, p_stopped_at timestamptz, p_evidence jsonb, p_request_id text) returns text
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
  update workspace_policies set stopped_at = killed_at, killed_at = null, killed_by = null, kill_note = null, updated_at = now()
    where workspace_id = p_workspace;
  insert into audit_log (workspace_id, actor, action, details, request_id)
    values (p_workspace, p_actor, 'payouts.resumed',
      jsonb_build_object('stoppedBy', v_policy.killed_by, 'stoppedAt', v_policy.killed_at, 'evidenceId', v_evidence), p_request_id);
  return 'resumed';
end $$;

-- Why a payout may not be signed any more, or null. What was asked for before a stop is not signed after the resume either.
create or replace function payout_signing_refusal(p_payout payouts) returns text language sql stable as $$
  select case
    when exists (select 1 from workspace_policies where workspace_id = p_payout.workspace_id
      and (killed_at is not null or p_payout.created_at <= stopped_at)) then 'killed'
    when not p_payout.uses_budget then null
    else (select case when m.status = 'revoked' then 'mandate_revoked' when not m.is_enabled then 'mandate_disabled' end
      from mandates m where m.id = p_payout.mandate_id)
  end
$$;

-- Ends what nobody decided in time. What was authorized is left to the worker, which asks the chain first: it may have been paid before a
-- backup was restored.
create or replace function payout_expire_due(p_limit integer) returns integer language plpgsql as $$
declare
  v_ids uuid[];
begin
  select array_agg(d.id) into v_ids from (
    select p.id from payouts p where p.expires_at <= now() and p.status = 'pending_authorization' order by p.expires_at limit p_limit) d;
  if v_ids is null then return 0; end if;
  perform payout_lock_batch(v_ids);
  perform payout_lock_months(v_ids);
  return (select count((payout_move(p.id, '{pending_authorization}', 'failed', 'expired', 'worker')).id)
    from unnest(v_ids) p(id));
end $$;
