-- Webhooks: leases are of targets instead of deliveries, so that a claim writes one small row for several messages, and a delivery's row only
-- when its try has ended. Locks: webhook_targets and webhook_deliveries for a moment (dropped columns and triggers rewrite nothing). What was
-- under way is due again at once, so it may be sent twice.

-- Held by a worker while `lease` is set and `next_due_at` lies ahead: then that is when the lease runs out.
alter table webhook_targets add column "lease" UUID;
create index "webhook_targets_leased_idx" on "webhook_targets" ("next_due_at") where lease is not null;
update webhook_targets set next_due_at = now();
insert into webhook_targets (target, workspace_id, is_own, next_due_at)
  select d.target, d.workspace_id, d.endpoint_id is null, now() from webhook_deliveries d where d.status = 'pending'
    group by d.target, d.workspace_id, d.endpoint_id is null on conflict do nothing;

-- Nobody holds these targets any more: each is due with its first delivery, and where nothing waits there is no row. Whoever calls it has
-- locked them before, so that who makes a delivery meanwhile waits, and then says so.
create function webhook_settle(p_targets text[]) returns void language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
begin
  with next as materialized (
    select t.target, (select d.next_attempt_at from webhook_deliveries d
        where d.status = 'pending' and d.target = t.target order by d.next_attempt_at, d.sequence limit 1) as due_at
      from unnest(p_targets) t(target)
  ), emptied as (
    delete from webhook_targets t using next n where t.target = n.target and n.due_at is null
  )
  update webhook_targets t set lease = null, next_due_at = n.due_at from next n where t.target = n.target and n.due_at is not null;
end $$;

-- Of a target that somebody holds the claim learns when it is given back.
create or replace function webhook_note_new() returns trigger language plpgsql as $$
begin
  insert into webhook_targets as t (target, workspace_id, is_own, next_due_at)
    select n.target, n.workspace_id, n.endpoint_id is null, min(n.next_attempt_at) from new_rows n where n.status = 'pending'
      group by n.target, n.workspace_id, n.endpoint_id is null order by n.target
    on conflict (target) do update set next_due_at = least(t.next_due_at, excluded.next_due_at)
      where t.lease is null or t.next_due_at <= clock_timestamp();
  return null;
end $$;

create or replace function webhook_note_freed() returns trigger language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_targets text[];
begin
  select array_agg(l.target) into v_targets from (
    select t.target from webhook_targets t
      where t.target = any(array(select distinct n.target from new_rows n)) and (t.lease is null or t.next_due_at <= clock_timestamp())
      order by t.target for update) l;
  if v_targets is not null then perform webhook_settle(v_targets); end if;
  return null;
end $$;

create or replace function webhook_drop_pending(p_endpoint uuid, p_error text) returns void language sql as $$
  update webhook_deliveries set status = 'failed', last_error = p_error where endpoint_id = p_endpoint and status = 'pending'
$$;

-- Gives back the targets that `p_leases` name (one for each, as they were claimed) and leases up to `p_limit` that are due, with up to
-- `p_batch` deliveries of each. Whoever has the fewest under way goes first and may take as much as it leaves free, over all workers; its
-- payouts' own addresses half as much as they leave free. So one alone has half of all, and whoever comes finds room at once even if
-- everything hangs. Of one payout and target the oldest that is due goes alone; one that waits for its next try holds nothing back. It reads
-- what is due only, whatever else waits.
drop function webhook_claim(integer, integer, integer, integer);
create function webhook_claim(p_limit integer, p_batch integer, p_lease_seconds integer, p_targets text[], p_leases uuid[])
returns table (
  id uuid, target text, lease uuid, attempts integer, event_id uuid, type text, body text, workspace_id uuid, endpoint_id uuid, url text,
  sealed_secret text, sealed_former_secrets text[]
) language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  v_now timestamptz;
  v_lease uuid := gen_random_uuid();
  v_targets text[];
  v_busy text[];
  v_ids uuid[];
begin
  -- A lease that a crash of the database forgets is a message that comes twice.
  perform set_config('synchronous_commit', 'off', true);
  -- Two claims at once would both count what is under way without the other's.
  perform pg_advisory_xact_lock(hashtext('webhook_claim'));
  select array_agg(l.target) into v_targets from (
    select t.target from webhook_targets t join unnest(p_targets, p_leases) held(target, lease) on held.target = t.target and held.lease = t.lease
      order by t.target for update of t) l;
  if v_targets is not null then perform webhook_settle(v_targets); end if;

  -- A constant: an index is not read up to a clock that moves.
  v_now := clock_timestamp();
  with recursive workspace as (
    (select t.workspace_id as id from webhook_targets t order by t.workspace_id limit 1)
    union all
    select (select t.workspace_id from webhook_targets t where t.workspace_id > w.id order by t.workspace_id limit 1)
      from workspace w where w.id is not null
  ), busy as materialized (
    select l.workspace_id, count(*)::integer as count, (count(*) filter (where l.is_own))::integer as own
      from webhook_targets l where l.lease is not null and l.next_due_at > v_now group by l.workspace_id
  ), due as (
    select t.*, row_number() over (partition by w.id order by t.place, t.is_own) + coalesce(b.count, 0) as of_workspace,
        t.place + coalesce(b.own, 0) as of_own
      from workspace w left join busy b on b.workspace_id = w.id
      cross join lateral (
        (select t.target, t.is_own, t.next_due_at, row_number() over (order by t.next_due_at, t.target) as place from webhook_targets t
          where t.workspace_id = w.id and t.is_own = false and t.next_due_at <= v_now order by t.next_due_at, t.target limit p_limit)
        union all
        (select t.target, t.is_own, t.next_due_at, row_number() over (order by t.next_due_at, t.target) as place from webhook_targets t
          where t.workspace_id = w.id and t.is_own = true and t.next_due_at <= v_now order by t.next_due_at, t.target
          limit greatest((p_limit + 1) / 2 - coalesce(b.own, 0), 0))) t
      where w.id is not null
  ), ranked as (
    select d.*, p_limit - row_number() over (order by d.of_workspace, d.next_due_at) + 1 as room from due d
  )
  -- Locked before their deliveries are read: who makes one meanwhile waits, and then says so.
  select array_agg(l.target) into v_targets from (
    select t.target from webhook_targets t
      where t.target = any(array(select r.target from ranked r where r.of_workspace <= r.room and (not r.is_own or 2 * r.of_own <= r.room + 1)))
      for update skip locked) l;
  if v_targets is null then return; end if;

  select array_agg(c.id), array_agg(distinct c.target) into v_ids, v_busy
    from (select unnest(v_targets) as target) t
    cross join lateral (
      select d.id, d.target from webhook_deliveries d
        where d.status = 'pending' and d.target = t.target and d.next_attempt_at <= v_now
          -- A look-up for each row, never a join with all that waits.
          and (select o.sequence from webhook_deliveries o
            where o.status = 'pending' and o.payout_row_id = d.payout_row_id and o.target = d.target and o.sequence < d.sequence
              and o.next_attempt_at <= v_now limit 1) is null
        order by d.next_attempt_at, d.sequence limit p_batch) c;
  update webhook_targets t set lease = v_lease, next_due_at = v_now + make_interval(secs => p_lease_seconds) where t.target = any(v_busy);
  -- What was ended while it was held, by one who never gave it back.
  v_targets := array(select t.target from unnest(v_targets) t(target) where t.target <> all(coalesce(v_busy, '{}')));
  if cardinality(v_targets) > 0 then perform webhook_settle(v_targets); end if;

  return query
    select d.id, d.target, v_lease, d.attempts, d.event_id, e.type, e.body, d.workspace_id, d.endpoint_id, coalesce(p.url, d.url),
        case when d.endpoint_id is null then s.sealed_secret else p.sealed_secret end,
        array(select f.secret->>'sealed' from jsonb_array_elements(webhook_live_secrets(
          coalesce(case when d.endpoint_id is null then s.former_secrets else p.former_secrets end, '[]'))) with ordinality f(secret, place)
          order by f.place)
      from webhook_deliveries d join webhook_events e on e.id = d.event_id
      left join webhook_endpoints p on p.id = d.endpoint_id
      left join workspace_webhook_secrets s on d.endpoint_id is null and s.workspace_id = d.workspace_id
      where d.id = any(v_ids)
      order by d.next_attempt_at, d.sequence;
end $$;

-- Records tries as [{id, attempts, outcome, isTest, retrySeconds, requestHeaders, status, body, error, milliseconds}]: every try is kept, and
-- moves its delivery if it arrived, or if nobody has recorded another since (`attempts` is how many there were before). Outcomes: delivered, retry, failed, gone.
-- Answers how many deliveries moved. Locks endpoints before deliveries, as whatever turns one off must, and targets last.
create or replace function webhook_record(p_results jsonb, p_patience interval default '3 days') returns integer language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
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
  update webhook_deliveries d set attempts = d.attempts + 1, last_status = r.status, last_error = r.error,
      status = (case r.outcome when 'delivered' then 'delivered' when 'retry' then 'pending' else 'failed' end)::webhook_delivery_status,
      delivered_at = case when r.outcome = 'delivered' then now() end,
      next_attempt_at = case when r.outcome = 'retry' then now() + make_interval(secs => r."retrySeconds") else d.next_attempt_at end
    from jsonb_to_recordset(p_results)
      as r(id uuid, attempts integer, outcome text, "retrySeconds" double precision, status integer, error text)
    where d.id = r.id and (d.attempts = r.attempts or r.outcome = 'delivered')
      -- As text, or the plan of a day with an empty queue reads all that waits over a partial index, for each try (350 ms for 100).
      and d.status::text = 'pending';
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

drop index webhook_deliveries_leased_idx;
alter table webhook_deliveries drop constraint webhook_deliveries_leased_check, drop column "lease_until", drop column "lease_version";
