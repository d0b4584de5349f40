-- Creates payouts of one agent from a list of requests in their order, in one round trip. The mandates are locked once and first, in the
-- order of their ids. A request that is refused stores nothing. Outcomes: created, replayed, conflict, biz_taken, unauthenticated,
-- not_linked, expired, killed, no_wallet, recipient_refused, unsupported_asset, limit_exceeded, and the codes of mandate_refusal; `details`
-- has the numbers. An agent of a deleted workspace is nobody, the month is checked before the budget, and a mandate in another currency pays
-- nothing.
-- Raises serialization_failure when another process takes a payout id or business id meanwhile: the same call again sees whose it is.
create function payout_create_batch(
  p_agent text, p_chain_id integer, p_network text, p_asset text, p_asset_checksum text, p_approval_base text,
  p_tokens uuid[], p_payout_ids text[], p_tos text[], p_to_checksums text[], p_amounts numeric[], p_currencies text[], p_mandates text[],
  p_biz_ids text[], p_descriptions text[], p_metadata jsonb[], p_webhook_urls text[], p_ttls integer[], p_hashes bytea[], p_asks boolean[],
  p_approval_ids text[], p_request_ids text[]
) returns table (outcome text, details jsonb, payout jsonb) language plpgsql
-- Every look-up is by an index and every plan is kept. Plans made while the tables were small would read them whole until the next analyze,
-- 7 ms for each creation at 5,000 payouts instead of 0.5, and lists that are guessed to be long would be planned anew each time.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_month date := date_trunc('month', now() at time zone 'UTC')::date;
  v_agent record;
  v_policy workspace_policies;
  v_wallet text;
  v_mandates mandates[];
  v_mandate mandates;
  v_pending numeric[];
  v_periods numeric[];
  v_known record;
  v_biz record;
  v_request record;
  v_at integer;
  v_m integer;
  v_spent numeric := 0;
  v_counted numeric := 0;
  v_refusal jsonb;
  v_is_refused boolean;
  -- The answers: outcome, details and row of each request.
  v_outcomes text[] := '{}';
  v_details jsonb[] := '{}';
  v_rows uuid[] := '{}';
  v_outcome text;
  v_detail jsonb;
  v_row uuid;
  -- What is created: position, row, mandate's budget or not, refusal.
  v_ords bigint[] := '{}';
  v_ids uuid[] := '{}';
  v_budgeted boolean[] := '{}';
  v_refusals jsonb[] := '{}';
  v_payout_ids text[] := '{}';
  v_new_hashes bytea[] := '{}';
  v_biz_ids text[] := '{}';
  v_fresh payouts[];
  v_documents jsonb[];
begin
  select array_agg(m order by m.id) into v_mandates from (
    select * from mandates where id = any(p_mandates) order by id for update) m;
  select array_agg(m.pending_spent_amount order by m.ordinality), array_agg(null::numeric) into v_pending, v_periods
    from unnest(v_mandates) with ordinality m;

  select a.workspace_id, a.expires_at <= now() as is_expired, a.monthly_limit,
      array(select t.id from agent_tokens t
        where t.id = any(p_tokens) and t.agent_id = p_agent and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())) as tokens
    into v_agent from agents a left join workspaces w on w.id = a.workspace_id
    where a.id = p_agent and a.revoked_at is null and a.deleted_at is null and w.deleted_at is null;
  select * into v_policy from workspace_policies where workspace_id = v_agent.workspace_id;
  select address into v_wallet from managed_wallets where workspace_id = v_agent.workspace_id and chain_id = p_chain_id;

  select array_agg(p.payout_id) as payout_ids, array_agg(p.request_hash) as hashes, array_agg(p.id) as ids, array_agg(p.agent_id) as agents
    into v_known from payouts p where p.workspace_id = v_agent.workspace_id and p.payout_id = any(p_payout_ids);
  select array_agg(p.biz_id) as biz_ids, array_agg(p.payout_id) as payout_ids
    into v_biz from payouts p where p.workspace_id = v_agent.workspace_id and p.biz_id = any(p_biz_ids) and p.deleted_at is null
      and p.biz_id is not null and (p.status <> 'failed' or p.failure_reason like 'tx_confirmation_timeout%');

  if v_agent.monthly_limit is not null then
    -- The row is locked, so that payouts and charges at once cannot both take what is left of the month.
    insert into agent_monthly_spend (agent_id, month) values (p_agent, v_month) on conflict do nothing;
    select s.spent into v_spent from agent_monthly_spend s where s.agent_id = p_agent and s.month = v_month for update;
  end if;

  for v_request in
    select r.* from unnest(p_tokens, p_payout_ids, p_tos, p_amounts, p_currencies, p_mandates, p_biz_ids, p_hashes, p_asks)
      with ordinality r(token, payout_id, to_address, amount, currency, mandate, biz_id, hash, ask, ord) order by r.ord
  loop
    v_outcome := null; v_detail := null; v_row := null; v_refusal := null; v_m := null; v_mandate := null;
    if not coalesce(v_request.token = any(v_agent.tokens), false) then
      v_outcome := 'unauthenticated';
    elsif v_agent.workspace_id is null then
      v_outcome := 'not_linked';
    elsif array_position(v_known.payout_ids, v_request.payout_id) is not null then
      v_at := array_position(v_known.payout_ids, v_request.payout_id);
      v_row := v_known.ids[v_at];
      v_outcome := case when v_known.hashes[v_at] = v_request.hash and v_known.agents[v_at] = p_agent then 'replayed' else 'conflict' end;
    elsif array_position(v_payout_ids, v_request.payout_id) is not null then
      v_at := array_position(v_payout_ids, v_request.payout_id);
      v_row := v_ids[v_at];
      v_outcome := case when v_new_hashes[v_at] = v_request.hash then 'replayed' else 'conflict' end;
    elsif v_agent.is_expired then
      v_outcome := 'expired';
    elsif v_policy.killed_at is not null then
      v_outcome := 'killed';
    elsif v_wallet is null then
      v_outcome := 'no_wallet';
    elsif v_request.to_address = v_wallet then
      v_outcome := 'recipient_refused';
    else
      if v_request.mandate is not null then
        select m.ordinality into v_m from unnest(v_mandates) with ordinality m where m.id = v_request.mandate;
        if v_m is not null then
          v_mandate := v_mandates[v_m];
          if v_mandate.period_seconds is not null and v_periods[v_m] is null then v_periods[v_m] := mandate_period_spent(v_mandate); end if;
        end if;
        v_refusal := mandate_refusal(v_mandate, p_agent, v_agent.workspace_id, v_request.currency, v_request.to_address, v_request.amount,
          v_pending[v_m], v_periods[v_m]);
      end if;
      v_is_refused := v_refusal is not null
        and (not v_request.ask or v_refusal->>'code' in ('mandate_not_found', 'mandate_mismatch', 'mandate_currency_mismatch'));
      -- The month comes before the budget, which is the last check of a mandate.
      if v_is_refused and v_refusal->>'code' <> 'mandate_insufficient_budget' then
        v_outcome := v_refusal->>'code'; v_detail := v_refusal - 'code';
      elsif v_request.currency <> 'USDC' then
        v_outcome := 'unsupported_asset';
      elsif v_spent + v_counted + v_request.amount > v_agent.monthly_limit then
        v_outcome := 'limit_exceeded';
        v_detail := jsonb_build_object('monthlyLimit', v_agent.monthly_limit::text, 'spent', (v_spent + v_counted)::text, 'required', v_request.amount::text);
      elsif v_is_refused then
        v_outcome := v_refusal->>'code'; v_detail := v_refusal - 'code';
      elsif array_position(v_biz.biz_ids, v_request.biz_id) is not null then
        v_outcome := 'biz_taken';
        v_detail := jsonb_build_object('payoutId', v_biz.payout_ids[array_position(v_biz.biz_ids, v_request.biz_id)]);
      elsif v_request.biz_id is not null and array_position(v_biz_ids, v_request.biz_id) is not null then
        v_outcome := 'biz_taken';
        v_detail := jsonb_build_object('payoutId', v_payout_ids[array_position(v_biz_ids, v_request.biz_id)]);
      else
        v_outcome := 'created'; v_row := gen_random_uuid();
        v_ords := v_ords || v_request.ord; v_ids := v_ids || v_row;
        v_budgeted := v_budgeted || (v_request.mandate is not null and v_refusal is null);
        v_refusals := array_append(v_refusals, v_refusal);
        v_payout_ids := v_payout_ids || v_request.payout_id; v_new_hashes := v_new_hashes || v_request.hash;
        v_biz_ids := array_append(v_biz_ids, v_request.biz_id);
        v_counted := v_counted + v_request.amount;
        if v_request.mandate is not null and v_refusal is null then
          v_pending[v_m] := v_pending[v_m] + v_request.amount;
          v_periods[v_m] := v_periods[v_m] + v_request.amount;
        end if;
      end if;
    end if;
    v_outcomes := v_outcomes || v_outcome; v_details := array_append(v_details, v_detail); v_rows := array_append(v_rows, v_row);
  end loop;

  if v_counted > 0 then
    with fresh as (
      insert into payouts (id, workspace_id, agent_id, payout_id, biz_id, mandate_id, uses_budget, request_hash, status, chain_id, network, currency,
          asset_address, from_address, to_address, asset_checksum, to_checksum, amount, description, metadata, webhook_url, approval_url, expires_at,
          counted_month, created_by)
        select c.id, v_agent.workspace_id, p_agent, r.payout_id, r.biz_id, r.mandate, c.budgeted, r.hash,
            (case when c.budgeted then 'authorized' else 'pending_authorization' end)::payout_status, p_chain_id, p_network, r.currency,
            p_asset, v_wallet, r.to_address, p_asset_checksum, r.to_checksum, r.amount, r.description, r.metadata, r.webhook_url,
            case when not c.budgeted then p_approval_base || r.approval_id end, now() + make_interval(secs => r.ttl), v_month, p_agent
          from unnest(v_ords, v_ids, v_budgeted) c(ord, id, budgeted)
          join unnest(p_payout_ids, p_tos, p_to_checksums, p_amounts, p_currencies, p_mandates, p_biz_ids, p_descriptions, p_metadata, p_webhook_urls,
              p_ttls, p_hashes, p_approval_ids)
            with ordinality r(payout_id, to_address, to_checksum, amount, currency, mandate, biz_id, description, metadata, webhook_url,
              ttl, hash, approval_id, ord) on r.ord = c.ord
        on conflict do nothing
        returning payouts as f
    ) select array_agg(f), array_agg(payout_json(f)) into v_fresh, v_documents from fresh;
    if coalesce(cardinality(v_fresh), 0) < cardinality(v_ids) then
      raise exception 'a payout id or business id was taken meanwhile' using errcode = 'serialization_failure';
    end if;
    insert into approvals (id, payout_row_id, workspace_id, status, is_by_mandate, required_approvals, refusal, decided_by, decided_at)
      select r.approval_id, c.id, v_agent.workspace_id, (case when c.budgeted then 'approved' else 'pending' end)::approval_status, c.budgeted,
          case when not c.budgeted and r.amount >= v_policy.two_approvers_from then 2 else 1 end, c.refusal,
          case when c.budgeted then r.mandate end, case when c.budgeted then now() end
        from unnest(v_ords, v_ids, v_budgeted, v_refusals) c(ord, id, budgeted, refusal)
        join unnest(p_approval_ids, p_mandates, p_amounts) with ordinality r(approval_id, mandate, amount, ord) on r.ord = c.ord;
    insert into payout_transitions (payout_row_id, state_version, to_status, actor)
      select f.id, f.state_version, f.status, p_agent from unnest(v_fresh) f;
    perform webhook_emit(f.workspace_id, payout_event_type(f), jsonb_build_object('stateVersion', f.state_version, 'payout', v_documents[i]), f.id, f.webhook_url)
      from generate_subscripts(v_fresh, 1) i cross join lateral unnest(v_fresh[i:i]) f;
    insert into audit_log (workspace_id, actor, action, target, details, request_id)
      select v_agent.workspace_id, p_agent, 'payout.created', r.payout_id,
          jsonb_strip_nulls(jsonb_build_object('amount', r.amount::text, 'to', r.to_address, 'mandateId', r.mandate, 'bizId', r.biz_id)), r.request_id
        from unnest(v_ords) c(ord)
        join unnest(p_payout_ids, p_tos, p_amounts, p_mandates, p_biz_ids, p_request_ids)
          with ordinality r(payout_id, to_address, amount, mandate, biz_id, request_id, ord) on r.ord = c.ord;
    update mandates m set pending_spent_amount = v_pending[n.ordinality], updated_at = now()
      from unnest(v_mandates) with ordinality n where m.id = n.id and m.pending_spent_amount <> v_pending[n.ordinality];
    insert into agent_monthly_spend (agent_id, month, spent) values (p_agent, v_month, v_counted)
      on conflict (agent_id, month) do update set spent = agent_monthly_spend.spent + excluded.spent;
  end if;

  return query
    select o.outcome, o.details, case when o.outcome in ('created', 'replayed') then
        coalesce(d.document, (select payout_json(p) from payouts p where p.id = o.id)) end
      from unnest(v_outcomes, v_details, v_rows) with ordinality o(outcome, details, id, ord)
      left join (
        select (v_fresh[i]).id, v_documents[i] as document from generate_subscripts(v_fresh, 1) i
      ) d on d.id = o.id order by o.ord;
end $$;

-- Cancels a payout of the agent's workspace before anything is signed. Outcomes: cancelled, repeated, not_found, unauthenticated,
-- invalid_state. The audit row is written with the movement.
create function payout_cancel(p_agent text, p_token uuid, p_payout_id text, p_request_id text)
returns table (outcome text, payout jsonb) language plpgsql as $$
declare
  v_workspace uuid;
  v_payout payouts;
  v_moved payouts;
begin
  select a.workspace_id into v_workspace
    from agents a join agent_tokens t on t.agent_id = a.id join workspaces w on w.id = a.workspace_id
    where a.id = p_agent and a.revoked_at is null and a.deleted_at is null and w.deleted_at is null
      and t.id = p_token and t.revoked_at is null and (t.expires_at is null or t.expires_at > now());
  if not found then
    return query select 'unauthenticated', null::jsonb;
    return;
  end if;
  select * into v_payout from payouts p
    where p.workspace_id = v_workspace and p.payout_id = p_payout_id and p.kind = 'payout' and p.deleted_at is null;
  if not found then
    return query select 'not_found', null::jsonb;
    return;
  end if;
  if v_payout.status in ('pending_authorization', 'authorized') then
    v_moved := payout_move(v_payout.id, '{pending_authorization,authorized}', 'failed', 'cancelled', p_agent);
    if v_moved.id is not null then
      insert into audit_log (workspace_id, actor, action, target, details, request_id)
        values (v_workspace, p_agent, 'payout.cancelled', p_payout_id,
          jsonb_build_object('amount', v_moved.amount::text, 'to', v_moved.to_address), p_request_id);
      return query select 'cancelled', payout_json(v_moved);
      return;
    end if;
    select * into v_payout from payouts p where p.id = v_payout.id;
  end if;
  return query select case when v_payout.failure_reason = 'cancelled' then 'repeated' else 'invalid_state' end, payout_json(v_payout);
end $$;
