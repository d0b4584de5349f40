-- Indexes of what the console lists and counts. Building one locks writes of its table for as long as it takes to read it: half a
-- second for a million rows.

-- What is timed out, of a workspace: how many there are and the newest of them, however many failed for good. It is as small as what is unknown
-- just now, and creation never writes to it.
create index payouts_timed_out_idx on payouts (workspace_id, created_at desc, id)
  where status = 'failed' and failure_reason like 'tx_confirmation_timeout%';

-- Filters of the deliveries that few may match among a million. What is pending is found by webhook_deliveries_due_idx.
create index webhook_deliveries_failed_idx on webhook_deliveries (workspace_id, created_at desc) where status = 'failed';
create index webhook_deliveries_own_idx on webhook_deliveries (workspace_id, created_at desc) where endpoint_id is null;
