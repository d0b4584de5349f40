-- Persons decide about payouts: functions, and one partial index that is built under a short lock.

-- Whom a workspace has paid: whether a recipient is known, and which known ones it resembles.
create index payouts_paid_recipients_idx on payouts (workspace_id, to_address) where status = 'confirmed';

-- How many persons have to approve: what was decided at creation, or what the policy says now when that is more.
create function approval_required(p_stored integer, p_amount numeric, p_two_approvers_from numeric) returns integer language sql immutable as $$
  select greatest(p_stored, case when p_amount >= p_two_approvers_from then 2 else 1 end)
$$;

-- Whose yes counts now: one for each person who still has the right.
create function approval_count(p_approval text) returns integer language sql stable as $$
  select count(*)::integer from approval_votes v
    join approvals a on a.id = v.approval_id
    join workspace_members m on m.workspace_id = a.workspace_id and m.address = v.address
    where v.approval_id = p_approval and v.is_approved and m.role in ('OWNER', 'ADMIN', 'APPROVER') and m.rights_from <= now()
$$;

-- Whether a person may decide in a workspace now; keeps it so until the transaction ends.
create function approver_lock(p_workspace uuid, p_person text) returns boolean language plpgsql as $$
begin
  perform 1 from workspace_members m join workspaces w on w.id = m.workspace_id
    where m.workspace_id = p_workspace and m.address = p_person and m.role in ('OWNER', 'ADMIN', 'APPROVER') and m.rights_from <= now()
      and w.deleted_at is null
    for share of m;
  return found;
end $$;

-- Why nobody can decide any more, or null: `expired`, or `decided` by whom and how.
create function approval_closed(p_approval approvals, p_payout payouts) returns text language sql stable as $$
  select case
    when p_payout.failure_reason = 'expired' then 'expired'
    when p_approval.status <> 'pending' or p_payout.status <> 'pending_authorization' then 'decided'
    when now() >= p_payout.expires_at then 'expired'
  end
$$;

-- A person's approval of one or several payouts by one signature that the caller has verified. The policy is locked before the payouts,
-- and these in the order of their ids, so that two lists at once do not wait for each other. Outcomes of each line: approved, waiting,
-- already_voted, expired, decided, killed, not_authorized, not_found.
create function approval_vote(
  p_workspace uuid, p_ids text[], p_person text, p_digest bytea, p_typed_data jsonb, p_signature text, p_request_id text
) returns table (approval_id text, outcome text, approvals integer, required_approvals integer, decided_by text, payout jsonb)
language plpgsql as $$
declare
  v_policy workspace_policies;
  v_may boolean;
  v_evidence uuid;
  v_id text;
  v_approval approvals;
  v_payout payouts;
  v_mine boolean;
begin
  select * into v_policy from workspace_policies where workspace_id = p_workspace for share;
  v_may := approver_lock(p_workspace, p_person);
  perform 1 from payouts p where p.id in (select a.payout_row_id from approvals a where a.id = any(p_ids) and a.workspace_id = p_workspace)
    order by p.id for update;

  foreach v_id in array p_ids loop
    approval_id := v_id; approvals := 0; required_approvals := 0; decided_by := null; payout := null;
    select * into v_approval from approvals a where a.id = v_id and a.workspace_id = p_workspace;
    if not found then
      outcome := 'not_found';
      return next;
      continue;
    end if;
    select * into v_payout from payouts p where p.id = v_approval.payout_row_id;
    select v.is_approved into v_mine from approval_votes v where v.approval_id = v_id and v.address = p_person;
    required_approvals := approval_required(v_approval.required_approvals, v_payout.amount, v_policy.two_approvers_from);
    if not v_may then
      outcome := 'not_authorized';
    elsif v_mine and v_approval.status = 'approved' then
      outcome := 'already_voted';
    else
      outcome := coalesce(approval_closed(v_approval, v_payout), case when v_policy.killed_at is not null then 'killed' end);
    end if;
    -- It was being created while its agent was revoked.
    if outcome is null and not exists (
        select 1 from agents g where g.id = v_payout.agent_id and g.revoked_at is null and g.deleted_at is null) then
      v_payout := payout_move(v_payout.id, '{pending_authorization}', 'failed', 'cancelled:agent_revoked', p_person);
      outcome := 'decided';
    end if;

    if outcome is null then
      outcome := 'already_voted';
      if v_mine is null then
        if v_evidence is null then
          insert into signed_evidence (workspace_id, kind, signer, digest, typed_data, signature, reference)
            values (p_workspace, 'payout_approval', p_person, p_digest, p_typed_data, p_signature, case when cardinality(p_ids) = 1 then v_id end)
            on conflict (digest) do nothing returning id into v_evidence;
          if v_evidence is null then
            select e.id into strict v_evidence from signed_evidence e where e.digest = p_digest and e.signer = p_person;
          end if;
        end if;
        insert into approval_votes (approval_id, address, is_approved, evidence_id) values (v_id, p_person, true, v_evidence);
        outcome := 'waiting';
      end if;
      approvals := approval_count(v_id);
      if required_approvals > v_approval.required_approvals then
        update approvals a set required_approvals = approval_vote.required_approvals where a.id = v_id;
      end if;
      if outcome = 'waiting' then
        insert into audit_log (workspace_id, actor, action, target, details, request_id)
          values (p_workspace, p_person, 'payout.approved', v_payout.payout_id, jsonb_build_object('amount', v_payout.amount::text,
            'to', v_payout.to_address, 'approvalId', v_id, 'approvals', approvals, 'requiredApprovals', required_approvals), p_request_id);
      end if;
      if approvals >= required_approvals then
        v_payout := payout_move(v_payout.id, '{pending_authorization}', 'authorized', null, p_person);
        outcome := 'approved';
      end if;
    else
      approvals := approval_count(v_id);
    end if;
    decided_by := (select a.decided_by from approvals a where a.id = v_id);
    payout := payout_json(v_payout);
    return next;
  end loop;
end $$;

-- A person's denial, which ends the payout whoever has approved it before. Outcomes: denied, expired, decided, not_authorized, not_found.
create function approval_deny(p_workspace uuid, p_id text, p_person text, p_note text, p_request_id text)
returns table (outcome text, approvals integer, required_approvals integer, decided_by text, payout jsonb) language plpgsql as $$
declare
  v_may boolean;
  v_approval approvals;
  v_payout payouts;
begin
  v_may := approver_lock(p_workspace, p_person);
  select p.* into v_payout from payouts p join approvals a on a.payout_row_id = p.id
    where a.id = p_id and a.workspace_id = p_workspace for update of p;
  select * into v_approval from approvals a where a.id = p_id and a.workspace_id = p_workspace;
  if not found then
    outcome := 'not_found';
    return next;
    return;
  end if;
  required_approvals := v_approval.required_approvals;
  if not v_may then
    outcome := 'not_authorized';
  elsif v_approval.status = 'denied' and v_approval.decided_by = p_person then
    outcome := 'denied';
  else
    outcome := approval_closed(v_approval, v_payout);
  end if;
  if outcome is null then
    outcome := 'denied';
    insert into approval_votes (approval_id, address, is_approved, note) values (p_id, p_person, false, p_note)
      on conflict on constraint approval_votes_pkey do update set is_approved = false, note = excluded.note, created_at = now();
    update approvals a set note = p_note where a.id = p_id;
    v_payout := payout_move(v_payout.id, '{pending_authorization}', 'failed', 'user_denied', p_person,
      p_details => jsonb_strip_nulls(jsonb_build_object('note', p_note)));
    insert into audit_log (workspace_id, actor, action, target, details, request_id)
      values (p_workspace, p_person, 'payout.denied', v_payout.payout_id, jsonb_strip_nulls(jsonb_build_object('amount', v_payout.amount::text,
        'to', v_payout.to_address, 'approvalId', p_id, 'note', p_note)), p_request_id);
  end if;
  approvals := approval_count(p_id);
  decided_by := (select a.decided_by from approvals a where a.id = p_id);
  payout := payout_json(v_payout);
  return next;
end $$;
