-- Who has signed a mandate counts only while that person may approve. Functions only: no table is locked.

-- Whose signature on a mandate counts now: one for each person who still has the right. `signature_count` counts everybody who ever
-- signed: from the first one on the terms are fixed, whoever leaves.
create function mandate_signature_count(p_mandate text) returns integer language sql stable as $$
  select count(*)::integer from signed_evidence e
    join workspace_members m on m.workspace_id = e.workspace_id and m.address = e.signer
    where e.kind = 'mandate' and e.reference = p_mandate and m.role in ('OWNER', 'ADMIN', 'APPROVER') and m.rights_from <= now()
$$;

-- How many persons have to sign a mandate of this limit, by the policy as it is now.
create function mandate_required_signatures(p_workspace uuid, p_limit numeric) returns integer language sql stable as $$
  select coalesce((select case when p_limit >= p.two_approvers_from then 2 else 1 end
    from workspace_policies p where p.workspace_id = p_workspace), 1)
$$;

-- One verified signature over the terms given here. The first fixes them; the mandate is signed once as many as the policy asks for have
-- signed who may approve now. Who has signed before adds nothing, but completes what has enough signatures meanwhile: a signer got the right
-- back, or the policy was lowered. Outcomes: completed, waiting, not_found, not_authorized, repeated, changed (other terms or signatures
-- than the caller saw), and the status of a mandate that can be signed no more.
create or replace function mandate_sign(
  p_id text, p_signer text, p_signature_count integer, p_limit numeric, p_max numeric, p_recipients text[], p_checksums text[],
  p_period_seconds integer, p_period_limit numeric, p_valid_until timestamptz, p_digest bytea, p_typed_data jsonb, p_signature text, p_request_id text
) returns text language plpgsql as $$
declare
  v_mandate mandates;
  v_required integer;
  v_count integer;
  v_evidence uuid;
  v_is_new boolean := false;
begin
  select * into v_mandate from mandates where id = p_id and workspace_id is not null for update;
  if not found then return 'not_found'; end if;
  if not may_approve(v_mandate.workspace_id, p_signer) then return 'not_authorized'; end if;
  if mandate_state(v_mandate) <> 'pending_signature' then return mandate_state(v_mandate); end if;

  v_required := mandate_required_signatures(v_mandate.workspace_id, p_limit);
  select id into v_evidence from signed_evidence where kind = 'mandate' and reference = p_id and signer = p_signer;
  if v_evidence is not null and mandate_signature_count(p_id) < v_required then return 'repeated'; end if;
  if v_mandate.signature_count <> p_signature_count then return 'changed'; end if;
  if v_evidence is null then
    insert into signed_evidence (workspace_id, kind, reference, signer, digest, typed_data, signature)
      values (v_mandate.workspace_id, 'mandate', p_id, p_signer, p_digest, p_typed_data, p_signature)
      on conflict do nothing returning id into v_evidence;
    if v_evidence is null then return 'repeated'; end if;
    v_is_new := true;
  end if;
  v_count := mandate_signature_count(p_id);

  update mandates set limit_amount = p_limit, max_amount_per_tx = p_max, recipient_allowlist = p_recipients, recipient_checksums = p_checksums,
      period_seconds = p_period_seconds, period_limit = p_period_limit, valid_until = p_valid_until,
      signature_count = signature_count + v_is_new::integer, required_signatures = v_required,
      status = case when v_count >= v_required then 'signed' else status end,
      signed_at = case when v_count >= v_required then now() end,
      mandate_hash = case when v_count >= v_required then '0x' || encode(p_digest, 'hex') end,
      link_expires_at = case when v_count >= v_required then link_expires_at else now() + interval '7 days' end,
      updated_at = now()
    where id = p_id returning * into v_mandate;
  insert into audit_log (workspace_id, actor, action, target, details, request_id)
    values (v_mandate.workspace_id, p_signer, 'mandate.signed', p_id, jsonb_build_object('limit', p_limit::text, 'evidenceId', v_evidence,
      'signatures', v_count, 'required', v_required), p_request_id);
  if v_mandate.status <> 'signed' then return 'waiting'; end if;
  perform webhook_emit(v_mandate.workspace_id, 'mandate.signed', jsonb_build_object('mandate', mandate_json(v_mandate)));
  return 'completed';
end $$;

-- Sets from which amount two approvers are needed; null is never. Lowering the policy (a higher amount, or none) needs an owner's signature
-- over `p_before` and the new amount. Tightening sends mandates of at least that amount that fewer than two present approvers have signed back for
-- another signature, with a link of seven days; a mandate that is being signed meanwhile is waited for. Outcomes: changed, unchanged, evidence_needed,
-- evidence_used, meanwhile (it is not `p_before` any more).
create or replace function policy_change(
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
      where m.workspace_id = p_workspace and m.limit_amount >= p_threshold and m.status = 'signed' and m.valid_until > now()
        and mandate_signature_count(m.id) < 2;
    get diagnostics v_mandates = row_count;
  end if;
  insert into audit_log (workspace_id, actor, action, details, request_id)
    values (p_workspace, p_actor, 'policy.changed', jsonb_build_object('from', v_policy.two_approvers_from::text, 'to', p_threshold::text,
      'mandatesSentBack', v_mandates, 'evidenceId', v_evidence), p_request_id);
  return query select 'changed', v_mandates;
end $$;
