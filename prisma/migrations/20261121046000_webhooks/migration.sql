-- Webhooks: fan-out of the outbox, the sender's queue, and two more kinds of events. Locks: three new tables, and functions.

alter table webhook_events add column "sequence" BIGSERIAL NOT NULL;
create index "webhook_events_created_at_idx" on webhook_events ("created_at");
drop index webhook_events_outbox_idx;
create index webhook_events_outbox_idx on webhook_events (sequence) where fanned_out_at is null;

alter table webhook_deliveries add column "target" TEXT COLLATE "C" NOT NULL, add column "sequence" BIGINT NOT NULL, add column "payout_row_id" UUID;
create index "webhook_deliveries_workspace_id_created_at_idx" on webhook_deliveries ("workspace_id", "created_at" DESC);
create index "webhook_deliveries_payout_row_id_idx" on webhook_deliveries ("payout_row_id");
-- Whoever fans an event out, an address gets it once; what a person sends again is a delivery of its own.
create unique index webhook_deliveries_once_key on webhook_deliveries (event_id, target) where replayed_by is null;
drop index webhook_deliveries_due_idx;
create index webhook_deliveries_due_idx on webhook_deliveries (target, next_attempt_at, sequence) where status = 'pending';
create index webhook_deliveries_leased_idx on webhook_deliveries (lease_until) where lease_until is not null;
create index webhook_deliveries_payout_idx on webhook_deliveries (payout_row_id, target) where status = 'pending';

-- Makes the deliveries of the oldest events: one for each live endpoint of the workspace that wants the type, one for the event's own
-- address. One worker at a time, so that the deliveries of a payout come into being in its order; the others find nothing to do.
create function webhook_fan_out(p_limit integer) returns integer language plpgsql as $$
declare
  v_count integer;
begin
  if not pg_try_advisory_xact_lock(hashtext('webhook_fan_out')) then return 0; end if;
  with event as materialized (
    select e.* from webhook_events e where e.fanned_out_at is null order by e.sequence limit p_limit for update
  ), wanted as (
    select e.id, e.workspace_id, e.sequence, e.payout_row_id, p.id as endpoint_id, p.url, p.id::text as target
      from event e
      join webhook_endpoints p on p.workspace_id = e.workspace_id and p.is_enabled and p.deleted_at is null
        and (cardinality(p.event_types) = 0 or e.type = any(p.event_types))
      join workspaces w on w.id = e.workspace_id and w.deleted_at is null
    union all
    select e.id, e.workspace_id, e.sequence, e.payout_row_id, null, e.webhook_url,
        e.workspace_id || ' ' || coalesce(lower(substring(e.webhook_url from '^[^/]*//([^/?#]*)')), '')
      from event e where e.webhook_url is not null
  ), made as (
    insert into webhook_deliveries (event_id, workspace_id, sequence, payout_row_id, endpoint_id, url, target)
      select id, workspace_id, sequence, payout_row_id, endpoint_id, url, target from wanted on conflict do nothing
  )
  update webhook_events e set fanned_out_at = now() from event where e.id = event.id;
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- Leases due deliveries, the longest due of each target first, so that no target waits for another: at most `p_per_target` of one
-- target and `p_per_workspace` of one workspace are under way at once, over all workers. Of one payout and target the oldest that is due
-- goes alone; one that waits for its next try holds nothing back.
create function webhook_claim(p_limit integer, p_per_target integer, p_per_workspace integer, p_lease_seconds integer)
returns table (
  id uuid, lease_version integer, attempts integer, event_id uuid, type text, body text, workspace_id uuid, endpoint_id uuid, url text,
  sealed_secret text, sealed_previous_secret text
) language plpgsql as $$
#variable_conflict use_column
begin
  -- Two claims at once would both count what is under way without the other's.
  perform pg_advisory_xact_lock(hashtext('webhook_claim'));
  return query
    with recursive leased as materialized (
      select l.target, l.workspace_id from webhook_deliveries l where l.lease_until > clock_timestamp() and l.status = 'pending'
    ), target as (
      -- From one target to the next over the index: a long queue of one costs no more than a short one.
      (select d.target from webhook_deliveries d where d.status = 'pending' order by d.target limit 1)
      union all
      select (select d.target from webhook_deliveries d where d.status = 'pending' and d.target > t.target order by d.target limit 1)
        from target t where t.target is not null
    ), candidate as (
      select c.id, c.workspace_id, c.next_attempt_at, c.sequence, row_number() over (partition by t.target order by c.next_attempt_at, c.sequence) as place
        from target t
        left join (select l.target, count(*)::integer as count from leased l group by l.target) busy on busy.target = t.target
        cross join lateral (
          select d.id, d.workspace_id, d.next_attempt_at, d.sequence from webhook_deliveries d
            where d.status = 'pending' and d.target = t.target and d.next_attempt_at <= clock_timestamp()
              and (d.lease_until is null or d.lease_until <= clock_timestamp())
              and not exists (
                select 1 from webhook_deliveries o
                  where o.status = 'pending' and o.payout_row_id = d.payout_row_id and o.target = d.target and o.sequence < d.sequence
                    and (o.next_attempt_at <= clock_timestamp() or o.lease_until > clock_timestamp()))
            order by d.next_attempt_at, d.sequence
            limit greatest(p_per_target - coalesce(busy.count, 0), 0)) c
        where t.target is not null
    ), fair as (
      select c.*, row_number() over (partition by c.workspace_id order by c.place, c.next_attempt_at, c.sequence) + coalesce(busy.count, 0) as of_workspace
        from candidate c
        left join (select l.workspace_id, count(*)::integer as count from leased l group by l.workspace_id) busy on busy.workspace_id = c.workspace_id
    ), chosen as (
      select f.id from fair f where f.of_workspace <= p_per_workspace order by f.place, f.next_attempt_at, f.sequence limit p_limit
    ), claimed as (
      update webhook_deliveries d
        set lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds), lease_version = d.lease_version + 1
        from (select d.id from webhook_deliveries d where d.id in (select c.id from chosen c) and d.status = 'pending' for update skip locked) c
        where d.id = c.id returning d.*
    )
    select d.id, d.lease_version, d.attempts, d.event_id, e.type, e.body, d.workspace_id, d.endpoint_id, coalesce(p.url, d.url),
        case when d.endpoint_id is null then s.sealed_secret else p.sealed_secret end,
        case when d.endpoint_id is null then case when s.previous_ends_at > now() then s.sealed_previous_secret end
          when p.previous_ends_at > now() then p.sealed_previous_secret end
      from claimed d join webhook_events e on e.id = d.event_id
      left join webhook_endpoints p on p.id = d.endpoint_id
      left join workspace_webhook_secrets s on d.endpoint_id is null and s.workspace_id = d.workspace_id
      order by d.sequence;
end $$;

-- Ends what waits for an endpoint that is turned off or removed; turned on again, a person sends what it missed.
create function webhook_drop_pending(p_endpoint uuid, p_error text) returns void language sql as $$
  update webhook_deliveries set status = 'failed', lease_until = null, last_error = p_error where endpoint_id = p_endpoint and status = 'pending'
$$;

-- Turns an endpoint off that cannot be reached any more, with the notice of it.
create function webhook_turn_off(p_endpoint uuid, p_reason text) returns void language plpgsql as $$
declare
  v_endpoint webhook_endpoints;
begin
  update webhook_endpoints set is_enabled = false, disabled_reason = p_reason, disabled_at = now(), updated_at = now()
    where id = p_endpoint and is_enabled and deleted_at is null returning * into v_endpoint;
  if not found then return; end if;
  perform webhook_drop_pending(p_endpoint, 'endpoint_disabled');
  insert into alarms (kind, subject, workspace_id, severity, message, details)
    values ('webhook_disabled', p_endpoint::text, v_endpoint.workspace_id, 'warning',
      format('The webhook endpoint at %s was turned off: %s. Turn it on again on the page Webhooks, and send what it missed.',
        coalesce(substring(v_endpoint.url from '^[^/]*//([^/?#]*)'), v_endpoint.url),
        case p_reason when 'gone' then 'it answered 410 Gone' else 'everything that was sent to it for three days failed' end),
      jsonb_build_object('endpointId', p_endpoint, 'reason', p_reason))
    on conflict (kind, subject) where resolved_at is null do update set last_seen_at = now(), message = excluded.message, details = excluded.details;
end $$;

-- Records tries as [{id, leaseVersion, outcome, isTest, retrySeconds, requestHeaders, status, body, error, milliseconds}]: every try is kept, and
-- moves its delivery if the lease is still ours. Outcomes: delivered, retry, failed, gone. Answers how many deliveries moved. Locks endpoints
-- before deliveries, as whatever turns one off must.
create function webhook_record(p_results jsonb, p_patience interval default '3 days') returns integer language plpgsql as $$
declare
  v_endpoints uuid[];
  v_moved integer;
  v_endpoint record;
begin
  select array_agg(distinct p.id) into v_endpoints
    from jsonb_to_recordset(p_results) as r(id uuid, outcome text, "isTest" boolean)
    join webhook_deliveries d on d.id = r.id join webhook_endpoints p on p.id = d.endpoint_id
    where r.outcome <> 'delivered' or p.failing_since is not null;
  perform 1 from webhook_endpoints where id = any(v_endpoints) order by id for update;

  insert into webhook_attempts (delivery_id, request_headers, response_status, response_body, error, duration_milliseconds)
    select r.id, r."requestHeaders", r.status, r.body, r.error, r.milliseconds
      from jsonb_to_recordset(p_results)
        as r(id uuid, "requestHeaders" jsonb, status integer, body text, error text, milliseconds integer)
      join webhook_deliveries d on d.id = r.id;
  update webhook_deliveries d set attempts = d.attempts + 1, last_status = r.status, last_error = r.error, lease_until = null,
      status = (case r.outcome when 'delivered' then 'delivered' when 'retry' then 'pending' else 'failed' end)::webhook_delivery_status,
      delivered_at = case when r.outcome = 'delivered' then now() end,
      next_attempt_at = case when r.outcome = 'retry' then now() + make_interval(secs => r."retrySeconds") else d.next_attempt_at end
    from jsonb_to_recordset(p_results)
      as r(id uuid, "leaseVersion" integer, outcome text, "retrySeconds" double precision, status integer, error text)
    where d.id = r.id and d.lease_version = r."leaseVersion" and d.status = 'pending';
  get diagnostics v_moved = row_count;
  if v_endpoints is null then return v_moved; end if;

  for v_endpoint in
    select d.endpoint_id as id, bool_or(r.outcome = 'delivered') as is_well, bool_or(r.outcome = 'gone') as is_gone,
        bool_and(r."isTest") as is_test
      from jsonb_to_recordset(p_results) as r(id uuid, outcome text, "isTest" boolean)
      join webhook_deliveries d on d.id = r.id where d.endpoint_id = any(v_endpoints) group by d.endpoint_id
  loop
    if v_endpoint.is_gone then
      perform webhook_turn_off(v_endpoint.id, 'gone');
    elsif v_endpoint.is_well then
      update webhook_endpoints set failing_since = null where id = v_endpoint.id and failing_since is not null;
    elsif not v_endpoint.is_test then
      update webhook_endpoints set failing_since = coalesce(failing_since, now()) where id = v_endpoint.id;
      perform webhook_turn_off(id, 'failing') from webhook_endpoints where id = v_endpoint.id and failing_since < now() - p_patience;
    end if;
  end loop;
  return v_moved;
end $$;

-- A credit of prepaid balance, whichever way it came. `stateVersion` counts: what a reorganisation took back and a later block included
-- is credited once more.
create function webhook_emit_credit(
  p_agent text, p_version integer, p_id uuid, p_source text, p_amount numeric, p_chain integer, p_tx text, p_sender text, p_balance numeric, p_at timestamptz
) returns void language sql as $$
  select webhook_emit(a.workspace_id, 'deposit.credited', jsonb_build_object('stateVersion', p_version, 'deposit', jsonb_build_object(
      'depositId', p_id, 'source', p_source, 'agentId', a.id, 'agentName', a.name, 'amount', p_amount::text, 'currency', 'USDC',
      'chainId', p_chain, 'txHash', p_tx, 'sender', p_sender, 'balanceAfter', p_balance::text, 'creditedAt', floor(extract(epoch from p_at))::bigint)))
    from agents a where a.id = p_agent and a.workspace_id is not null
$$;

create function deposit_emit() returns trigger language plpgsql as $$
begin
  perform webhook_emit_credit(new.agent_id, new.credit_count, new.id, 'transfer', new.amount, new.chain_id, new.tx_hash, new.sender,
    new.balance_after, new.credited_at);
  return null;
end $$;
create trigger deposits_credited after update on deposits for each row
  when (new.status = 'credited' and old.status <> 'credited') execute function deposit_emit();

create function x402_emit() returns trigger language plpgsql as $$
begin
  perform webhook_emit_credit(new.agent_id, new.credit_count, new.id, 'x402', new.settled_amount, new.chain_id, new.tx_hash, new.payer,
    new.balance_after, new.credited_at);
  return null;
end $$;
-- One that paid for a charge credits no balance.
create trigger x402_payments_credited after update on x402_payments for each row
  when (new.status = 'settled' and old.status <> 'settled' and new.charge_id is null) execute function x402_emit();

-- As before, and it tells once that the balance has fallen below the agent's threshold: the rows it needs are read anyway.
create or replace function balance_charge_batch(
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

  select a.workspace_id is not null as is_linked, a.workspace_id, a.name, a.low_balance_threshold, a.expires_at <= now() as is_expired, a.monthly_limit,
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
    if v_balance < v_agent.low_balance_threshold and v_balance + v_charged >= v_agent.low_balance_threshold then
      perform webhook_emit(v_agent.workspace_id, 'balance.low', jsonb_build_object('agentId', p_agent, 'agentName', v_agent.name,
        'balance', v_balance::text, 'threshold', v_agent.low_balance_threshold::text, 'currency', 'USDC'));
    end if;
  end if;
end $$;
