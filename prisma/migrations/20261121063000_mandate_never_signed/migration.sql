-- A mandate whose link died unsigned is not signed, before it is over. Replaces one function: no lock on any table.

-- Why a mandate does not pay an amount to an address now, as {code, ...}, or null. `p_pending` and `p_period` are what the caller has
-- promised of it and what counts in its period. The order is the documented one; its state is the one that GET answers, whether or not the
-- sweep has been there: one that nobody signed in time is `mandate_not_signed`, since that is judged before its time.
create or replace function mandate_refusal(
  p_mandate mandates, p_agent text, p_workspace uuid, p_currency text, p_to text, p_amount numeric, p_pending numeric, p_period numeric
) returns jsonb language sql stable as $$
  select case
    when p_mandate.id is null then jsonb_build_object('code', 'mandate_not_found')
    when p_mandate.agent_id <> p_agent or p_mandate.workspace_id is distinct from p_workspace then jsonb_build_object('code', 'mandate_mismatch')
    when mandate_state(p_mandate) = 'pending_signature' or (mandate_state(p_mandate) = 'expired' and p_mandate.signed_at is null)
      then jsonb_build_object('code', 'mandate_not_signed', 'mandateStatus', mandate_state(p_mandate))
    when mandate_state(p_mandate) = 'revoked' or not p_mandate.is_enabled then jsonb_build_object('code', 'mandate_disabled',
      'mandateStatus', mandate_state(p_mandate))
    when mandate_state(p_mandate) = 'expired' or now() < p_mandate.valid_from or now() >= p_mandate.valid_until
      then jsonb_build_object('code', 'mandate_expired', 'mandateStatus', mandate_state(p_mandate),
        'validFrom', iso_time(p_mandate.valid_from), 'validUntil', iso_time(p_mandate.valid_until))
    when p_mandate.currency <> p_currency then jsonb_build_object('code', 'mandate_currency_mismatch', 'currency', p_mandate.currency)
    when cardinality(p_mandate.host_allowlist) > 0
      then jsonb_build_object('code', 'mandate_recipient_not_allowed', 'hostAllowlist', to_jsonb(p_mandate.host_allowlist))
    when cardinality(p_mandate.recipient_allowlist) > 0 and p_to <> all(p_mandate.recipient_allowlist)
      then jsonb_build_object('code', 'mandate_recipient_not_allowed',
        'recipientAllowlist', to_jsonb(coalesce(p_mandate.recipient_checksums, p_mandate.recipient_allowlist)))
    when p_amount > p_mandate.max_amount_per_tx then jsonb_build_object('code', 'mandate_amount_over_cap',
      'maxAmountPerTx', p_mandate.max_amount_per_tx::text, 'required', p_amount::text)
    when p_period + p_amount > p_mandate.period_limit then jsonb_build_object('code', 'mandate_period_exceeded',
      'periodSeconds', p_mandate.period_seconds, 'periodLimit', p_mandate.period_limit::text, 'periodSpent', p_period::text,
      'remaining', greatest(p_mandate.period_limit - p_period, 0)::text, 'required', p_amount::text)
    when p_mandate.limit_amount - p_mandate.spent_amount - p_pending < p_amount then jsonb_build_object('code', 'mandate_insufficient_budget',
      'remaining', (p_mandate.limit_amount - p_mandate.spent_amount - p_pending)::text, 'required', p_amount::text)
  end
$$;
