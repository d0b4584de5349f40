-- Creation of payouts, with plans that stay right while the tables are still small, and with all rows of a creation written by one statement.

-- An id leads its unique index. Plans made while a table is small see no difference between an index of the workspace alone and one of the
-- workspace and the id, and then read all payouts of the workspace for each creation until the next analyze. Building locks writes
-- of payouts for as long as it takes to read them.
create unique index payouts_payout_id_workspace_id_key on payouts (payout_id, workspace_id);
drop index payouts_workspace_id_payout_id_key;
drop index payouts_active_biz_id_key;
create unique index payouts_active_biz_id_key on payouts (biz_id, workspace_id)
  where deleted_at is null and biz_id is not null and (status <> 'failed' or failure_reason like 'tx_confirmation_timeout%');

-- As `payout_json` has it, for those who have the agent's name at hand: without a look-up of its own it is part of the caller's plan.
create function payout_document(p_payout payouts, p_agent_name text) returns jsonb language sql stable as $$
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
    'agentName', p_agent_name,
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
create or replace function payout_json(p_payout payouts) returns jsonb language sql stable as $$
  select payout_document(p_payout, (select a.name from agents a where a.id = p_payout.agent_id))
$$;

-- The text of an enumeration is stable, not immutable: declared so, the function is part of the caller's plan.
create or replace function payout_event_type(p_payout payouts) returns text language sql stable as $$
  select case when p_payout.status = 'failed' and not payout_is_final(p_payout) then 'payout.confirmation_timeout'
    else 'payout.' || p_payout.status end
$$;

-- What is sent of an event, frozen.
create function webhook_body(p_type text, p_data jsonb) returns text language sql stable as $$
  select jsonb_build_object('type', p_type,
    'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'data', p_data)::text
$$;

create or replace function webhook_emit(p_workspace uuid, p_type text, p_data jsonb, p_payout uuid default null, p_webhook_url text default null)
returns void language sql as $$
  insert into webhook_events (workspace_id, type, body, payout_row_id, webhook_url)
    values (p_workspace, p_type, webhook_body(p_type, p_data), p_payout, p_webhook_url)
$$;

-- Creates payouts of one agent from a list of requests in their order, in one round trip. The mandates are locked once and first, in the
-- order of their ids. A request that is refused stores nothing. Outcomes: created, replayed, conflict, biz_taken, unauthenticated,
-- not_linked, expired, killed, no_wallet, recipient_refused, unsupported_asset, limit_exceeded, and the codes of mandate_refusal; `details`
-- has the numbers. An agent of a deleted workspace is nobody, the month is checked before the budget, and a mandate in another currency pays
-- nothing.
-- Raises serialization_failure when another process takes a payout id or business id meanwhile: the same call again sees whose it is.
create or replace function payout_create_batch(
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
  v_mandates mandates[];
  v_mandate_ids text[];
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
  v_is_new boolean;
  -- The answers: outcome, details and row of each request.
  v_outcomes text[] := '{}';
  v_details jsonb[] := '{}';
  v_rows uuid[] := '{}';
  v_outcome text;
  v_detail jsonb;
  v_row uuid;
  -- What is created: row, mandate's budget or not, refusal, ids, each at its request's place; null where nothing is.
  v_ids uuid[] := '{}';
  v_budgeted boolean[] := '{}';
  v_refusals jsonb[] := '{}';
  v_payout_ids text[] := '{}';
  v_biz_ids text[] := '{}';
  v_created integer := 0;
  v_fresh uuid[];
  v_documents jsonb[];
begin
  select array_agg(m order by m.id), array_agg(m.id order by m.id), array_agg(m.pending_spent_amount order by m.id), array_agg(null::numeric)
    into v_mandates, v_mandate_ids, v_pending, v_periods from (
    select * from mandates where id = any(p_mandates) order by id for update) m;

  select a.workspace_id, a.name, a.expires_at <= now() as is_expired, a.monthly_limit, p.killed_at, p.two_approvers_from, w.address as wallet,
      array(select t.id from agent_tokens t
        where t.id = any(p_tokens) and t.agent_id = p_agent and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())) as tokens
    into v_agent from agents a left join workspaces s on s.id = a.workspace_id
      left join workspace_policies p on p.workspace_id = a.workspace_id
      left join managed_wallets w on w.workspace_id = a.workspace_id and w.chain_id = p_chain_id
    where a.id = p_agent and a.revoked_at is null and a.deleted_at is null and s.deleted_at is null;

  -- By the id first; `is not distinct from` is nothing that another index of the workspace serves.
  select array_agg(p.payout_id) as payout_ids, array_agg(p.request_hash) as hashes, array_agg(p.id) as ids, array_agg(p.agent_id) as agents
    into v_known from payouts p where p.payout_id = any(p_payout_ids) and p.workspace_id is not distinct from v_agent.workspace_id;
  select array_agg(p.biz_id) as biz_ids, array_agg(p.payout_id) as payout_ids
    into v_biz from payouts p where p.biz_id = any(p_biz_ids) and p.workspace_id is not distinct from v_agent.workspace_id and p.deleted_at is null
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
      v_outcome := case when p_hashes[v_at] = v_request.hash then 'replayed' else 'conflict' end;
    elsif v_agent.is_expired then
      v_outcome := 'expired';
    elsif v_agent.killed_at is not null then
      v_outcome := 'killed';
    elsif v_agent.wallet is null then
      v_outcome := 'no_wallet';
    elsif v_request.to_address = v_agent.wallet then
      v_outcome := 'recipient_refused';
    else
      if v_request.mandate is not null then
        v_m := array_position(v_mandate_ids, v_request.mandate);
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
        v_outcome := 'created'; v_row := gen_random_uuid(); v_created := v_created + 1;
        v_counted := v_counted + v_request.amount;
        if v_request.mandate is not null and v_refusal is null then
          v_pending[v_m] := v_pending[v_m] + v_request.amount;
          v_periods[v_m] := v_periods[v_m] + v_request.amount;
        end if;
      end if;
    end if;
    v_outcomes := v_outcomes || v_outcome; v_details := array_append(v_details, v_detail); v_rows := array_append(v_rows, v_row);
    v_is_new := v_outcome = 'created';
    v_ids := array_append(v_ids, case when v_is_new then v_row end);
    v_budgeted := v_budgeted || (v_is_new and v_request.mandate is not null and v_refusal is null);
    v_refusals := array_append(v_refusals, v_refusal);
    v_payout_ids := array_append(v_payout_ids, case when v_is_new then v_request.payout_id end);
    v_biz_ids := array_append(v_biz_ids, case when v_is_new then v_request.biz_id end);
  end loop;

  if v_created > 0 then
    with asked as (
      select r.* from unnest(v_ids, v_budgeted, v_refusals, p_payout_ids, p_tos, p_to_checksums, p_amounts, p_currencies, p_mandates, p_biz_ids,
          p_descriptions, p_metadata, p_webhook_urls, p_ttls, p_hashes, p_approval_ids, p_request_ids)
        r(id, budgeted, refusal, payout_id, to_address, to_checksum, amount, currency, mandate, biz_id, description, metadata, webhook_url, ttl, hash,
          approval_id, request_id) where r.id is not null
    ), fresh as (
      insert into payouts (id, workspace_id, agent_id, payout_id, biz_id, mandate_id, uses_budget, request_hash, status, chain_id, network, currency,
          asset_address, from_address, to_address, asset_checksum, to_checksum, amount, description, metadata, webhook_url, approval_url, expires_at,
          counted_month, created_by)
        select r.id, v_agent.workspace_id, p_agent, r.payout_id, r.biz_id, r.mandate, r.budgeted, r.hash,
            (case when r.budgeted then 'authorized' else 'pending_authorization' end)::payout_status, p_chain_id, p_network, r.currency,
            p_asset, v_agent.wallet, r.to_address, p_asset_checksum, r.to_checksum, r.amount, r.description, r.metadata, r.webhook_url,
            case when not r.budgeted then p_approval_base || r.approval_id end, now() + make_interval(secs => r.ttl), v_month, p_agent
          from asked r
        on conflict do nothing
        returning id, state_version, status, webhook_url, payout_event_type(payouts) as event, payout_document(payouts, v_agent.name) as document
    ), decided as (
      insert into approvals (id, payout_row_id, workspace_id, status, is_by_mandate, required_approvals, refusal, decided_by, decided_at)
        select r.approval_id, r.id, v_agent.workspace_id, (case when r.budgeted then 'approved' else 'pending' end)::approval_status, r.budgeted,
            case when not r.budgeted and r.amount >= v_agent.two_approvers_from then 2 else 1 end, r.refusal,
            case when r.budgeted then r.mandate end, case when r.budgeted then now() end
          from asked r
    ), noted as (
      insert into audit_log (workspace_id, actor, action, target, details, request_id)
        select v_agent.workspace_id, p_agent, 'payout.created', r.payout_id,
            jsonb_strip_nulls(jsonb_build_object('amount', r.amount::text, 'to', r.to_address, 'mandateId', r.mandate, 'bizId', r.biz_id)), r.request_id
          from asked r
    ), moved as (
      insert into payout_transitions (payout_row_id, state_version, to_status, actor) select f.id, f.state_version, f.status, p_agent from fresh f
    ), told as (
      insert into webhook_events (workspace_id, type, body, payout_row_id, webhook_url)
        select v_agent.workspace_id, f.event, webhook_body(f.event, jsonb_build_object('stateVersion', f.state_version, 'payout', f.document)), f.id,
            f.webhook_url
          from fresh f
    ), reserved as (
      update mandates m set pending_spent_amount = n.pending, updated_at = now()
        from unnest(v_mandate_ids, v_pending) n(id, pending) where m.id = n.id and m.pending_spent_amount <> n.pending
    ), counted as (
      insert into agent_monthly_spend (agent_id, month, spent) values (p_agent, v_month, v_counted)
        on conflict (agent_id, month) do update set spent = agent_monthly_spend.spent + excluded.spent
    ) select array_agg(id), array_agg(document) into v_fresh, v_documents from fresh;
    if coalesce(cardinality(v_fresh), 0) < v_created then
      raise exception 'a payout id or business id was taken meanwhile' using errcode = 'serialization_failure';
    end if;
  end if;

  return query
    select o.outcome, o.details, case when o.outcome in ('created', 'replayed') then
        coalesce(d.document, (select payout_json(p) from payouts p where p.id = o.id)) end
      from unnest(v_outcomes, v_details, v_rows) with ordinality o(outcome, details, id, ord)
      left join unnest(v_fresh, v_documents) d(id, document) on d.id = o.id order by o.ord;
end $$;
