-- Revenue of a call that is still being served stays where a refund can reach it: it can be withdrawn when the call has ended.
-- Locks: two functions, no table.

-- What can be withdrawn of each revenue account of a workspace.
create function withdrawable_revenue(p_workspace uuid) returns table (account bigint, amount numeric) language sql stable as $$
  select a.id, greatest(a.balance - coalesce(s.amount, 0), 0)
    from ledger_accounts a
    left join (
      select agent_id, sum(charges.amount) as amount from charges
       where serving_until is not null and refunded_at is null and workspace_id = p_workspace group by agent_id) s on s.agent_id = a.payer
   where a.kind = 'revenue' and a.owner = p_workspace::text
$$;

create or replace function withdrawal_request_revenue(
  p_workspace uuid, p_amount numeric, p_actor text, p_request text, p_key text, p_chain_id integer, p_from text
) returns table (outcome text, available numeric, withdrawal withdrawals) language plpgsql as $$
declare
  v_refunds bigint;
  v_accounts bigint[];
  v_account record;
  v_left numeric := p_amount;
  v_id uuid := gen_random_uuid();
  v_transfer ledger_transfers;
  v_sources bigint[] := '{}';
begin
  available := 0;
  if not withdrawal_is_owner(p_workspace, p_actor) then outcome := 'not_owner'; return next; return; end if;
  v_refunds := withdrawal_lock(p_from);
  select * into withdrawal from withdrawals where workspace_id = p_workspace and idempotency_key = p_key;
  if found then
    outcome := case when withdrawal.kind = 'revenue' and withdrawal.amount = p_amount then 'replayed' else 'conflict' end;
    return next; return;
  end if;
  -- What is not locked here does not count: a charge may just now be opening an account or a refund emptying it.
  select array_agg(l.id) into v_accounts from (
    select id from ledger_accounts where kind = 'revenue' and owner = p_workspace::text and balance > 0 order by id for update) l;
  select coalesce(sum(w.amount), 0) into available from withdrawable_revenue(p_workspace) w where w.account = any(v_accounts);
  if p_amount > available then outcome := 'insufficient'; return next; return; end if;
  for v_account in
    select w.account as id, w.amount from withdrawable_revenue(p_workspace) w
     where w.account = any(v_accounts) and w.amount > 0 order by w.account
  loop
    exit when v_left = 0;
    v_transfer := ledger_post(v_account.id, v_refunds, least(v_left, v_account.amount), 'withdrawal',
      'withdrawal:' || v_id || ':' || v_account.id, v_id::text);
    v_left := v_left - v_transfer.amount;
    v_sources := v_sources || v_transfer.id;
  end loop;
  insert into withdrawals (id, kind, workspace_id, chain_id, from_address, to_address, amount, requested_by, idempotency_key, source_transfers)
    select v_id, 'revenue', id, p_chain_id, p_from, wallet_address, p_amount, p_actor, p_key, v_sources from workspaces where id = p_workspace
    returning * into withdrawal;
  perform withdrawal_audit(withdrawal, 'revenue.withdrawal_requested', p_request);
  outcome := 'requested'; available := available - p_amount;
  return next;
end $$;
