-- Charges in batches, refunds and moves of virtual balance. Locks: functions, and a column and two small indexes on a new table.

-- Until then what was paid for is being served; later, if it still stands, nobody served it and the worker gives the charge back.
alter table charges add column "serving_until" TIMESTAMPTZ(3);
create index charges_unserved_idx on charges (serving_until) where serving_until is not null;

-- The sweep that forgets idempotency keys after 30 days.
create index charges_kept_keys_idx on charges (created_at) where idempotency_key is not null;

-- Charges one agent for a list of requests in their order, in one round trip. The ledger row of the agent is locked once and first,
-- so that charges, refunds and moves of an agent follow one another. A request that is refused stores nothing. Outcomes: charged,
-- replayed, conflict, unauthenticated, not_linked, expired, frozen, limit_exceeded, insufficient.
create function balance_charge_batch(
  p_agent text, p_tokens uuid[], p_amounts numeric[], p_references text[], p_descriptions text[], p_earners uuid[], p_apis uuid[],
  p_keys text[], p_hashes bytea[], p_serving_seconds integer[]
) returns table (
  outcome text, charge_id uuid, source text, balance numeric, monthly_limit numeric, spent numeric, is_refunded boolean
) language plpgsql as $$
declare
  v_month date := date_trunc('month', now() at time zone 'UTC')::date;
  v_account bigint;
  v_balance numeric;
  v_agent record;
  v_known record;
  v_request record;
  v_at integer;
  v_spent numeric := 0;
  v_charged numeric := 0;
  -- What is charged: position, id, balance after it and key.
  v_ords bigint[] := '{}';
  v_ids uuid[] := '{}';
  v_afters numeric[] := '{}';
  v_keys text[] := '{}';
  v_hashes bytea[] := '{}';
begin
  select a.id, a.balance into v_account, v_balance from ledger_accounts a
    where a.kind = 'agent_balance' and a.owner = p_agent and a.payer = '' for update;
  v_balance := coalesce(v_balance, 0);

  select a.workspace_id is not null as is_linked, a.expires_at <= now() as is_expired, a.monthly_limit,
      array(select t.id from agent_tokens t
        where t.id = any(p_tokens) and t.agent_id = p_agent and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())) as tokens,
      exists (select 1 from ledger_accounts o where o.kind = 'owed' and o.owner = p_agent and o.payer = '' and o.balance > 0) as is_frozen
    into v_agent from agents a where a.id = p_agent and a.revoked_at is null and a.deleted_at is null;

  select array_agg(c.idempotency_key) as keys, array_agg(c.request_hash) as hashes, array_agg(c.id) as ids,
      array_agg(c.balance_after) as afters, array_agg(c.source) as sources, array_agg(c.refunded_at is not null) as refunded
    into v_known from charges c where c.agent_id = p_agent and c.idempotency_key = any(p_keys);

  if v_agent.monthly_limit is not null then
    -- The row is locked, so that payouts and charges at once cannot both take what is left of the month.
    insert into agent_monthly_spend (agent_id, month) values (p_agent, v_month) on conflict do nothing;
    select s.spent into v_spent from agent_monthly_spend s where s.agent_id = p_agent and s.month = v_month for update;
  end if;

  for v_request in
    select r.* from unnest(p_tokens, p_amounts, p_keys, p_hashes) with ordinality r(token, amount, key, hash, ord) order by r.ord
  loop
    charge_id := null; source := null; balance := v_balance; monthly_limit := null; spent := null; is_refunded := false;
    if not coalesce(v_request.token = any(v_agent.tokens), false) then
      outcome := 'unauthenticated';
    elsif array_position(v_known.keys, v_request.key) is not null then
      v_at := array_position(v_known.keys, v_request.key);
      outcome := case when v_known.hashes[v_at] = v_request.hash then 'replayed' else 'conflict' end;
      charge_id := v_known.ids[v_at]; source := v_known.sources[v_at]; balance := v_known.afters[v_at];
      is_refunded := v_known.refunded[v_at];
    elsif v_request.key is not null and array_position(v_keys, v_request.key) is not null then
      v_at := array_position(v_keys, v_request.key);
      outcome := case when v_hashes[v_at] = v_request.hash then 'replayed' else 'conflict' end;
      charge_id := v_ids[v_at]; source := 'virtual_balance'; balance := v_afters[v_at];
    elsif not v_agent.is_linked then
      outcome := 'not_linked';
    elsif v_agent.is_expired then
      outcome := 'expired';
    elsif v_agent.is_frozen then
      outcome := 'frozen';
    elsif v_spent + v_charged + v_request.amount > v_agent.monthly_limit then
      outcome := 'limit_exceeded';
      monthly_limit := v_agent.monthly_limit; spent := v_spent + v_charged;
    elsif v_request.amount > v_balance then
      outcome := 'insufficient';
    else
      v_balance := v_balance - v_request.amount;
      v_charged := v_charged + v_request.amount;
      outcome := 'charged'; charge_id := gen_random_uuid(); source := 'virtual_balance'; balance := v_balance;
      v_ords := v_ords || v_request.ord; v_ids := v_ids || charge_id; v_afters := v_afters || v_balance;
      v_keys := v_keys || v_request.key; v_hashes := v_hashes || v_request.hash;
    end if;
    return next;
  end loop;

  if v_charged > 0 then
    perform balance_book_charges(p_agent, v_account, v_balance, v_charged, v_month, v_ords, v_ids, v_afters,
      p_amounts, p_references, p_descriptions, p_earners, p_apis, p_keys, p_hashes, p_serving_seconds);
  end if;
end $$;

-- Books what balance_charge_batch has decided: charges, transfers to the revenue of each earner, balances, the month's spend.
create function balance_book_charges(
  p_agent text, p_account bigint, p_balance numeric, p_charged numeric, p_month date, p_ords bigint[], p_ids uuid[], p_afters numeric[],
  p_amounts numeric[], p_references text[], p_descriptions text[], p_earners uuid[], p_apis uuid[], p_keys text[], p_hashes bytea[], p_serving_seconds integer[]
) returns void language plpgsql as $$
begin
  update ledger_accounts set balance = p_balance where id = p_account;

  perform ledger_account('revenue', e.earner::text, p_agent)
    from (select distinct r.earner from unnest(p_earners) with ordinality r(earner, ord) where r.ord = any(p_ords)) e;
  with request as materialized (
    select c.ord, c.id, c.after, r.amount, r.reference, r.description, r.earner, r.api, r.key, r.hash,
        now() + make_interval(secs => r.serving_seconds) as serving_until
      from unnest(p_ords, p_ids, p_afters) c(ord, id, after)
      join unnest(p_amounts, p_references, p_descriptions, p_earners, p_apis, p_keys, p_hashes, p_serving_seconds)
        with ordinality r(amount, reference, description, earner, api, key, hash, serving_seconds, ord) on r.ord = c.ord
  ), charge as (
    insert into charges (id, agent_id, workspace_id, amount, reference, description, api_id, idempotency_key, request_hash,
        balance_after, serving_until)
      select id, p_agent, earner, amount, reference, description, api, key, hash, after, serving_until from request
  ), revenue as (
    update ledger_accounts a set balance = a.balance + e.amount
      from (select earner, sum(amount) as amount from request group by earner) e
      where a.kind = 'revenue' and a.owner = e.earner::text and a.payer = p_agent
      returning a.id, a.balance - e.amount as before, e.earner
  )
  insert into ledger_transfers (debit_account, credit_account, amount, kind, cause, reference, debit_balance_after, credit_balance_after)
    select p_account, v.id, r.amount, 'charge', 'charge:' || r.id, r.reference, r.after,
        v.before + sum(r.amount) over (partition by r.earner order by r.ord)
      from request r join revenue v on v.earner = r.earner order by r.ord;

  insert into agent_monthly_spend (agent_id, month, spent) values (p_agent, p_month, p_charged)
    on conflict (agent_id, month) do update set spent = agent_monthly_spend.spent + excluded.spent;
end $$;

-- Gives a charge back to its agent, once. Outcomes: refunded, already_refunded, not_found, insufficient (the revenue was withdrawn).
-- `p_workspace` limits it to what that workspace earned; `p_release_key` frees the idempotency key of a call that was never served.
-- A person's refund is audited.
create function balance_refund_charge(
  p_charge uuid, p_workspace uuid, p_by text, p_reason text, p_release_key boolean, p_is_audited boolean, p_request_id text
) returns table (outcome text, charge_id uuid, agent_id text, amount numeric, balance numeric, refunded_at timestamptz, revenue numeric)
language plpgsql as $$
declare
  v_charge charges;
  v_agent bigint;
  v_revenue ledger_accounts;
begin
  select * into v_charge from charges c where c.id = p_charge and (p_workspace is null or c.workspace_id = p_workspace);
  if not found then
    outcome := 'not_found';
    return next;
    return;
  end if;
  charge_id := v_charge.id; agent_id := v_charge.agent_id; amount := v_charge.amount;
  -- The agent first, as a charge does.
  v_agent := ledger_account('agent_balance', v_charge.agent_id);
  perform 1 from ledger_accounts a where a.id = v_agent for update;
  select a.* into v_revenue from ledger_accounts a
    where a.kind = 'revenue' and a.owner = v_charge.workspace_id::text and a.payer = v_charge.agent_id for update;
  revenue := coalesce(v_revenue.balance, 0);
  select c.refunded_at into refunded_at from charges c where c.id = p_charge;
  if refunded_at is not null then
    outcome := 'already_refunded';
    -- What was left after the refund, and after what it repaid.
    select case t.kind when 'debt_repayment' then t.debit_balance_after else t.credit_balance_after end into balance
      from ledger_transfers t
      where t.cause in ('charge_refund:' || p_charge, 'charge_refund:' || p_charge || ':repayment') order by t.id desc limit 1;
    return next;
    return;
  end if;
  if revenue < v_charge.amount then
    outcome := 'insufficient';
    return next;
    return;
  end if;

  update charges c set refunded_at = now(), refunded_by = p_by, refund_reason = p_reason, serving_until = null,
      idempotency_key = case when p_release_key then null else c.idempotency_key end
    where c.id = p_charge and c.refunded_at is null returning c.refunded_at into refunded_at;
  balance := ledger_credit_agent(v_charge.agent_id, v_revenue.id, v_charge.amount, 'charge_refund', 'charge_refund:' || p_charge,
    v_charge.reference);
  update agent_monthly_spend s set spent = greatest(s.spent - v_charge.amount, 0)
    where s.agent_id = v_charge.agent_id and s.month = date_trunc('month', v_charge.created_at at time zone 'UTC')::date;
  if p_is_audited then
    insert into audit_log (workspace_id, actor, action, target, details, request_id)
      values (v_charge.workspace_id, p_by, 'balance.charge_refunded', p_charge::text,
        jsonb_build_object('agentId', v_charge.agent_id, 'amount', v_charge.amount::text, 'reason', p_reason), p_request_id);
  end if;
  outcome := 'refunded';
  return next;
end $$;

-- Moves virtual balance between two agents of a workspace, once per key. Outcomes: moved, replayed, conflict, not_found, frozen,
-- insufficient. The receiving agent must be live; the giving one need not, so that money of a revoked agent has a way out.
create function balance_move(
  p_workspace uuid, p_from text, p_to text, p_amount numeric, p_key text, p_actor text, p_request_id text
) returns table (outcome text, from_balance numeric, to_balance numeric) language plpgsql as $$
declare
  v_cause text := 'move:' || p_workspace || ':' || p_key;
  v_from bigint;
  v_to bigint;
  v_known ledger_transfers;
begin
  perform 1 from agents a where a.id = p_from and a.workspace_id = p_workspace;
  if found then
    perform 1 from agents a where a.id = p_to and a.workspace_id = p_workspace and a.deleted_at is null and a.revoked_at is null for share;
  end if;
  if not found then
    outcome := 'not_found';
    return next;
    return;
  end if;
  v_from := ledger_account('agent_balance', p_from);
  v_to := ledger_account('agent_balance', p_to);
  -- In the order of ids, so that two moves against each other never wait for each other.
  perform 1 from ledger_accounts a where a.id in (v_from, v_to) order by a.id for update;
  select a.balance into from_balance from ledger_accounts a where a.id = v_from;
  select a.balance into to_balance from ledger_accounts a where a.id = v_to;

  select * into v_known from ledger_transfers t where t.cause = v_cause;
  if found then
    outcome := case when v_known.debit_account = v_from and v_known.credit_account = v_to and v_known.amount = p_amount
      then 'replayed' else 'conflict' end;
  elsif exists (select 1 from ledger_accounts o where o.kind = 'owed' and o.owner = p_from and o.payer = '' and o.balance > 0) then
    outcome := 'frozen';
  elsif from_balance < p_amount then
    outcome := 'insufficient';
  else
    to_balance := ledger_credit_agent(p_to, v_from, p_amount, 'move', v_cause);
    from_balance := from_balance - p_amount;
    insert into audit_log (workspace_id, actor, action, target, details, request_id)
      values (p_workspace, p_actor, 'balance.moved', p_from,
        jsonb_build_object('toAgentId', p_to, 'amount', p_amount::text), p_request_id);
    outcome := 'moved';
  end if;
  return next;
end $$;
