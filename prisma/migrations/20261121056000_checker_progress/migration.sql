-- A policy row for each workspace, and how far the checker has proven payouts. The trigger locks `workspaces` against writes until the
-- backfill is done, so that none is made in between; the index locks `payouts` against writes while it is built.

-- Whoever signs, sends or decides takes the policy `for share`; without a row the first kill switch would have nothing to wait for.
create function give_workspace_policy() returns trigger language plpgsql as $$
begin
  insert into workspace_policies (workspace_id) values (new.id) on conflict do nothing;
  return null;
end $$;
create trigger workspaces_policy after insert on workspaces for each row execute function give_workspace_policy();
insert into workspace_policies (workspace_id) select id from workspaces on conflict do nothing;

-- AlterTable
ALTER TABLE "payout_checks" ADD COLUMN     "proven_until" TIMESTAMPTZ(3);

-- What became final since the checker last looked.
create index payouts_finalized_idx on payouts (chain_id, finalized_at) where status = 'confirmed';

-- What a reorganisation did to a confirmed payment whose block is not final: `sent_again` until a final block has it, `undecided` once its
-- authorization has ended and a final block has yet to say what became of it, `gone` when nothing can pay it any more. Null for every other one.
create function payout_taken_back(p_id uuid, p_status payout_status, p_finalized_at timestamptz, p_waiting_for text) returns text
language sql stable as $$
  select case
    when p_status <> 'confirmed' or p_finalized_at is not null then null
    when p_waiting_for = 'reorganised_for_good' then 'gone'
    when p_waiting_for = 'reorganised' or exists (select 1 from alarms a
      where a.kind = 'payout_reorganised' and a.subject = p_id::text and a.resolved_at is null)
      then case when p_waiting_for = 'proof_of_expiry' then 'undecided' else 'sent_again' end
  end
$$;
