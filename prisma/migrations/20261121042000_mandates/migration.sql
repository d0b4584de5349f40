-- EIP-55 spelling of the allowed recipients, for documents that the database writes.
alter table mandates add column recipient_checksums text[];

create index mandates_open_links_idx on mandates (link_expires_at) where status = 'pending_signature';
create index mandates_ending_idx on mandates (valid_until) where status in ('pending_signature', 'signed');

-- The history of one mandate.
create index audit_log_mandates_idx on audit_log (target, id) where action like 'mandate.%';

create function iso_time(p_time timestamptz) returns text language sql stable as $$
  select to_char(p_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- The status as it is now, whether or not the sweep has been here.
create function mandate_state(p_mandate mandates) returns mandate_status language sql stable as $$
  select case
    when p_mandate.status = 'pending_signature' and least(p_mandate.link_expires_at, p_mandate.valid_until) <= now() then 'expired'
    when p_mandate.status = 'signed' and p_mandate.valid_until <= now() then 'expired'
    else p_mandate.status end
$$;

-- A mandate as GET answers it and as webhooks carry it: ISO times, amounts in atomic units. GET adds `signUrl`.
create function mandate_json(p_mandate mandates) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'mandateId', p_mandate.id,
    'agentId', p_mandate.agent_id,
    'status', mandate_state(p_mandate),
    'isEnabled', p_mandate.is_enabled,
    'naturalLanguage', p_mandate.natural_language,
    'category', p_mandate.category,
    'currency', p_mandate.currency,
    'limitAmount', p_mandate.limit_amount::text,
    'spentAmount', p_mandate.spent_amount::text,
    'pendingSpentAmount', p_mandate.pending_spent_amount::text,
    'remainingAmount', (p_mandate.limit_amount - p_mandate.spent_amount - p_mandate.pending_spent_amount)::text,
    'validFrom', iso_time(p_mandate.valid_from),
    'validUntil', iso_time(p_mandate.valid_until),
    'hostAllowlist', case when cardinality(p_mandate.host_allowlist) > 0 then p_mandate.host_allowlist end,
    'recipientAllowlist', case when cardinality(p_mandate.recipient_allowlist) > 0
      then coalesce(p_mandate.recipient_checksums, p_mandate.recipient_allowlist) end,
    'maxAmountPerTx', p_mandate.max_amount_per_tx::text,
    'period', case when p_mandate.period_seconds is not null
      then jsonb_build_object('seconds', p_mandate.period_seconds, 'limit', p_mandate.period_limit::text) end,
    'mandateHash', p_mandate.mandate_hash,
    'signedAt', iso_time(p_mandate.signed_at),
    'createdAt', iso_time(p_mandate.created_at),
    'updatedAt', iso_time(p_mandate.updated_at),
    'signUrl', null)
$$;

-- A draft belongs to the workspace that its agent is linked to later.
create function adopt_mandates() returns trigger language plpgsql as $$
begin
  update mandates set workspace_id = new.workspace_id where agent_id = new.id and workspace_id is null;
  return null;
end $$;
create trigger agents_adopt_mandates after update of workspace_id on agents for each row
  when (old.workspace_id is null and new.workspace_id is not null) execute function adopt_mandates();

-- Nothing makes a mandate wider than it was asked for or signed, whoever writes.
create function refuse_looser_mandate() returns trigger language plpgsql as $$
begin
  if new.limit_amount > old.limit_amount
    or coalesce(new.max_amount_per_tx > old.max_amount_per_tx, old.max_amount_per_tx is not null)
    or (cardinality(old.recipient_allowlist) > 0
      and (cardinality(new.recipient_allowlist) = 0 or not new.recipient_allowlist <@ old.recipient_allowlist))
    or coalesce(new.period_limit > old.period_limit or new.period_seconds < old.period_seconds, old.period_seconds is not null)
    or new.valid_until > old.valid_until
  then
    raise exception 'a mandate is only ever tightened' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger mandates_only_tighter before update of limit_amount, max_amount_per_tx, recipient_allowlist, period_seconds, period_limit, valid_until
  on mandates for each row execute function refuse_looser_mandate();

create function may_approve(p_workspace uuid, p_address text) returns boolean language sql stable as $$
  select exists (select 1 from workspace_members m join workspaces w on w.id = m.workspace_id
    where m.workspace_id = p_workspace and m.address = p_address and m.role in ('OWNER', 'ADMIN', 'APPROVER') and m.rights_from <= now()
      and w.deleted_at is null)
$$;

-- One verified signature over the terms given here. The first fixes them; the last one needed makes the mandate signed.
-- Outcomes: completed, waiting, not_found, not_authorized, repeated, changed (other terms or signatures than the caller saw), and
-- the status of a mandate that can be signed no more.
create function mandate_sign(
  p_id text, p_signer text, p_signature_count integer, p_limit numeric, p_max numeric, p_recipients text[], p_checksums text[],
  p_period_seconds integer, p_period_limit numeric, p_valid_until timestamptz, p_digest bytea, p_typed_data jsonb, p_signature text, p_request_id text
) returns text language plpgsql as $$
declare
  v_mandate mandates;
  v_required integer;
  v_evidence uuid;
begin
  select * into v_mandate from mandates where id = p_id and workspace_id is not null for update;
  if not found then return 'not_found'; end if;
  if not may_approve(v_mandate.workspace_id, p_signer) then return 'not_authorized'; end if;
  if mandate_state(v_mandate) <> 'pending_signature' then return mandate_state(v_mandate); end if;
  if exists (select 1 from signed_evidence where kind = 'mandate' and reference = p_id and signer = p_signer) then return 'repeated'; end if;
  if v_mandate.signature_count <> p_signature_count then return 'changed'; end if;

  select case when p_limit >= p.two_approvers_from then 2 else 1 end into v_required
    from workspace_policies p where p.workspace_id = v_mandate.workspace_id;
  v_required := coalesce(v_required, 1);
  insert into signed_evidence (workspace_id, kind, reference, signer, digest, typed_data, signature)
    values (v_mandate.workspace_id, 'mandate', p_id, p_signer, p_digest, p_typed_data, p_signature)
    on conflict do nothing returning id into v_evidence;
  if v_evidence is null then return 'repeated'; end if;

  update mandates set limit_amount = p_limit, max_amount_per_tx = p_max, recipient_allowlist = p_recipients, recipient_checksums = p_checksums,
      period_seconds = p_period_seconds, period_limit = p_period_limit, valid_until = p_valid_until,
      signature_count = signature_count + 1, required_signatures = v_required,
      status = case when signature_count + 1 >= v_required then 'signed' else status end,
      signed_at = case when signature_count + 1 >= v_required then now() end,
      mandate_hash = case when signature_count + 1 >= v_required then '0x' || encode(p_digest, 'hex') end,
      link_expires_at = case when signature_count + 1 >= v_required then link_expires_at else now() + interval '7 days' end,
      updated_at = now()
    where id = p_id returning * into v_mandate;
  insert into audit_log (workspace_id, actor, action, target, details, request_id)
    values (v_mandate.workspace_id, p_signer, 'mandate.signed', p_id, jsonb_build_object('limit', p_limit::text, 'evidenceId', v_evidence,
      'signatures', v_mandate.signature_count, 'required', v_required), p_request_id);
  if v_mandate.status <> 'signed' then return 'waiting'; end if;
  perform webhook_emit(v_mandate.workspace_id, 'mandate.signed', jsonb_build_object('mandate', mandate_json(v_mandate)));
  return 'completed';
end $$;

-- Ends what the mandate's budget pays and nobody has begun to sign. The caller holds the mandate's row.
create function mandate_stop_payouts(p_mandate text, p_reason text, p_actor text) returns integer language sql as $$
  select count(payout_move(p.id, '{authorized}', 'failed', p_reason, p_actor))::integer
    from (select id from payouts where mandate_id = p_mandate and uses_budget and status = 'authorized' order by id) p
$$;

-- Turns a signed mandate on or off. Outcomes: done, not_found, not_authorized, and the status that does not allow it.
create function mandate_set_enabled(p_id text, p_actor text, p_is_enabled boolean, p_request_id text) returns text language plpgsql as $$
declare
  v_mandate mandates;
  v_stopped integer := 0;
begin
  select * into v_mandate from mandates where id = p_id and workspace_id is not null for update;
  if not found then return 'not_found'; end if;
  if not may_approve(v_mandate.workspace_id, p_actor) then return 'not_authorized'; end if;
  if mandate_state(v_mandate) <> 'signed' then return mandate_state(v_mandate); end if;
  if v_mandate.is_enabled = p_is_enabled then return 'done'; end if;
  update mandates set is_enabled = p_is_enabled, updated_at = now() where id = p_id;
  if not p_is_enabled then v_stopped := mandate_stop_payouts(p_id, 'mandate_disabled', p_actor); end if;
  insert into audit_log (workspace_id, actor, action, target, details, request_id)
    values (v_mandate.workspace_id, p_actor, case when p_is_enabled then 'mandate.enabled' else 'mandate.disabled' end, p_id,
      case when p_is_enabled then '{}' else jsonb_build_object('stoppedPayouts', v_stopped) end, p_request_id);
  return 'done';
end $$;

-- The revocation itself. The caller holds the mandate's row.
create function mandate_end(p_mandate mandates, p_actor text, p_request_id text, p_stopped integer) returns void language plpgsql as $$
declare
  v_mandate mandates;
begin
  update mandates set status = 'revoked', revoked_at = now(), revoked_by = p_actor, updated_at = now() where id = p_mandate.id
    returning * into v_mandate;
  insert into audit_log (workspace_id, actor, action, target, details, request_id)
    values (v_mandate.workspace_id, p_actor, 'mandate.revoked', v_mandate.id, jsonb_build_object('stoppedPayouts', p_stopped), p_request_id);
  perform webhook_emit(v_mandate.workspace_id, 'mandate.revoked', jsonb_build_object('mandate', mandate_json(v_mandate)));
end $$;

-- Ends a mandate for good; revoked already, it stays as it was. An expired one may be revoked too: what it reserved may still be
-- on its way. Outcomes: done, not_found, not_authorized.
create function mandate_revoke(p_id text, p_actor text, p_request_id text) returns text language plpgsql as $$
declare
  v_mandate mandates;
begin
  select * into v_mandate from mandates where id = p_id and workspace_id is not null for update;
  if not found then return 'not_found'; end if;
  if not may_approve(v_mandate.workspace_id, p_actor) then return 'not_authorized'; end if;
  if v_mandate.status <> 'revoked' then
    perform mandate_end(v_mandate, p_actor, p_request_id, mandate_stop_payouts(p_id, 'mandate_revoked', p_actor));
  end if;
  return 'done';
end $$;

-- What ends with an agent: its mandates, and its payouts that nobody has begun to sign. The mandates are locked before the payouts.
create function agent_stop_spending(p_agent text, p_actor text, p_request_id text) returns void language plpgsql as $$
declare
  v_mandate mandates;
begin
  perform 1 from mandates where agent_id = p_agent order by id for update;
  perform payout_move(p.id, '{pending_authorization,authorized}', 'failed', 'cancelled:agent_revoked', p_actor)
    from (select id from payouts where agent_id = p_agent and status in ('pending_authorization', 'authorized') order by id) p;
  for v_mandate in select * from mandates where agent_id = p_agent and status in ('pending_signature', 'signed') order by id loop
    perform mandate_end(v_mandate, p_actor, p_request_id, 0);
  end loop;
end $$;
