-- A relayer's counter is never set back to a nonce that has bytes. A new function only: nothing is locked.

-- Sets the counter from what a worker has read, unless it is something else by now, or bytes below `p_unreachable` are stored for a nonce that
-- would be given again. Mined ones count wherever they are: then the count of the chain was too low. One relayer row is locked, as by
-- relay_prepare_for; the check is a statement of its own after that lock, so that it sees what was stored before.
create function relay_set_next_nonce(p_chain_id integer, p_relayer text, p_from bigint, p_to bigint, p_unreachable bigint)
  returns void language plpgsql as $$
begin
  perform 1 from relayer_accounts where chain_id = p_chain_id and address = p_relayer and next_nonce = p_from for update;
  if not found then return; end if;
  update relayer_accounts set next_nonce = p_to where chain_id = p_chain_id and address = p_relayer and not exists (
    select 1 from relayer_transactions t where t.chain_id = p_chain_id and t.relayer = p_relayer and t.nonce >= p_to and t.nonce < p_from
      and (t.nonce < p_unreachable or t.status = 'mined'));
end $$;
