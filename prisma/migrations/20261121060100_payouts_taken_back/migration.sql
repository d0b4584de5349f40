-- Payments that the chain took back, as a list: it is read beside the filters and counts of payouts, which must not call them paid.
-- Building the index locks writes of payouts for as long as it takes to read them; it is empty but for the hour after a reorganisation.
create index payouts_reorganised_idx on payouts (workspace_id)
  where status = 'confirmed' and finalized_at is null and waiting_for in ('reorganised', 'reorganised_for_good');

-- Of a workspace, each with what `payout_taken_back` says of it. Found by their alarm or by what they wait for, never among all that are confirmed.
create function payouts_taken_back(p_workspace_id uuid) returns table (id uuid, taken_back text) language sql stable rows 1 as $$
  select p.id, t.taken_back
    from (
      select r.id from payouts r where r.workspace_id = p_workspace_id and r.status = 'confirmed' and r.finalized_at is null
        and r.waiting_for in ('reorganised', 'reorganised_for_good')
      union
      select a.subject::uuid from alarms a
        where a.kind = 'payout_reorganised' and a.resolved_at is null and a.workspace_id = p_workspace_id) c
    join payouts p on p.id = c.id and p.workspace_id = p_workspace_id,
    lateral (select payout_taken_back(p.id, p.status, p.finalized_at, p.waiting_for) as taken_back) t
    where t.taken_back is not null
$$;
