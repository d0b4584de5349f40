-- A month is locked before a payout that counts in it is changed. A creation holds the month of its agent while it writes: one that meets the id of
-- a changed payout waits for whoever changed it, who must not wait for the month then. One that is only locked is no more than taken. Functions
-- only.

-- As before, with the month locked first.
create or replace function payout_move(
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
  if p_to = 'failed' and v_old.counted_month is not null then
    perform 1 from agent_monthly_spend where agent_id = v_old.agent_id and month = v_old.counted_month for update;
  end if;

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

-- As before, with the months locked first.
create or replace function agent_stop_spending(p_agent text, p_actor text, p_request_id text) returns void language plpgsql as $$
declare
  v_mandate mandates;
  v_ids uuid[];
begin
  perform 1 from mandates where agent_id = p_agent order by id for update;
  v_ids := array(select id from payouts
    where agent_id = p_agent and status in ('pending_authorization', 'authorized') order by id for update);
  perform payout_lock_months(v_ids);
  perform payout_move(p.id, '{pending_authorization,authorized}', 'failed', 'cancelled:agent_revoked', p_actor) from unnest(v_ids) p(id);
  for v_mandate in select * from mandates where agent_id = p_agent and status in ('pending_signature', 'signed') order by id loop
    perform mandate_end(v_mandate, p_actor, p_request_id, 0);
  end loop;
end $$;
