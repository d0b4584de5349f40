/**
 * The closed registry of error codes: HTTP status, whether the same call may succeed later, and the public title. The
 * OpenAPI document, the errors page and the console's words derive from it. Codes are stable; documented ones keep
 * their documented spelling.
 */
export const ERRORS = {
  // Requests
  invalid_json: { status: 400, retryable: false, title: 'The body is not valid JSON' },
  invalid_request: { status: 400, retryable: false, title: 'Some fields are wrong' },
  INVALID_INPUT: { status: 400, retryable: false, title: 'The request needs a workspace' },
  invalid_cursor: { status: 400, retryable: false, title: 'The cursor is unknown' },
  idempotency_key_required: { status: 400, retryable: false, title: 'An Idempotency-Key header is required' },
  idempotency_conflict: {
    status: 409,
    retryable: false,
    title: 'The Idempotency-Key was used with another body',
  },
  body_too_large: { status: 413, retryable: false, title: 'The body is too large' },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    title: 'The content type must be application/json',
  },
  method_not_allowed: { status: 405, retryable: false, title: 'The method is not allowed here' },
  rate_limited: { status: 429, retryable: true, title: 'Too many requests' },
  // Who is calling
  unauthenticated: { status: 401, retryable: false, title: 'Sign in first' },
  siwe_nonce: { status: 401, retryable: false, title: 'The sign-in nonce is unknown, used or expired' },
  siwe_domain: { status: 401, retryable: false, title: 'The sign-in message is for another site' },
  siwe_chain: { status: 401, retryable: false, title: 'The sign-in message is for another chain' },
  siwe_expired: { status: 401, retryable: false, title: 'The sign-in message is outside its time' },
  siwe_signature: { status: 401, retryable: false, title: 'The signature does not match the message' },
  not_authorized: { status: 403, retryable: false, title: 'Your role does not allow this' },
  csrf_failed: { status: 403, retryable: false, title: 'The request did not come from this site' },
  signup_closed: { status: 403, retryable: false, title: 'This console is by invitation' },
  not_found: { status: 404, retryable: false, title: 'Not found' },
  feature_disabled: { status: 404, retryable: false, title: 'This feature is turned off' },
  // State
  CONFLICT: { status: 409, retryable: false, title: 'It exists already' },
  INVALID_STATE: { status: 409, retryable: false, title: 'The current state does not allow this' },
  evidence_invalid: { status: 400, retryable: false, title: 'The signed confirmation is not valid' },
  last_owner: { status: 409, retryable: false, title: 'A workspace keeps at least one owner' },
  // Gasless deposits
  authorization_invalid: { status: 400, retryable: false, title: 'The deposit authorization is not valid' },
  authorization_used: { status: 409, retryable: false, title: 'The deposit authorization is used already' },
  insufficient_funds: { status: 400, retryable: false, title: 'The wallet does not hold enough USDC' },
  settlement_paused: { status: 409, retryable: true, title: 'Top up is paused' },
  // Agents
  agent_not_found: { status: 404, retryable: false, title: 'There is no such agent' },
  agent_not_linked: { status: 403, retryable: false, title: 'The agent is not linked to a workspace yet' },
  agent_expired: { status: 403, retryable: false, title: "The agent's permission has ended" },
  agent_monthly_limit_exceeded: {
    status: 403,
    retryable: false,
    title: "The agent's monthly limit is reached",
  },
  WALLET_LINKED_ELSEWHERE: {
    status: 409,
    retryable: false,
    title: 'The wallet is linked to another workspace',
  },
  // Prepaid deposits
  UNSUPPORTED_CHAIN: { status: 400, retryable: false, title: 'Deposits are not taken on this chain' },
  TX_NOT_FOUND: { status: 404, retryable: true, title: 'The chain has no such transaction yet' },
  TX_REVERTED: { status: 422, retryable: false, title: 'The transaction failed on chain' },
  NOT_A_DEPOSIT: {
    status: 422,
    retryable: false,
    title: 'The transaction sends no USDC to the receive address',
  },
  BELOW_MINIMUM: { status: 422, retryable: false, title: 'The deposit is below the minimum' },
  DEPOSIT_IS_X402_SETTLEMENT: {
    status: 409,
    retryable: false,
    title: 'The transaction is an x402 settlement',
  },
  DEPOSIT_CLAIMED_BY_ANOTHER_AGENT: {
    status: 403,
    retryable: false,
    title: 'Another agent has claimed this deposit',
  },
  SENDER_NOT_LINKED: {
    status: 403,
    retryable: false,
    title: 'The sending wallet is not linked to this agent',
  },
  CONFIRMATIONS_PENDING: { status: 409, retryable: true, title: 'The deposit waits for confirmations' },
  DEPOSIT_REVERSED: { status: 409, retryable: true, title: 'A reorganisation took the deposit back' },
  // Balance and x402
  payment_required: { status: 402, retryable: false, title: 'The balance does not cover the price' },
  payment_invalid: { status: 400, retryable: false, title: 'The payment cannot be read' },
  payment_mismatch: { status: 402, retryable: false, title: 'The payment is not what was asked for' },
  payment_failed: { status: 402, retryable: false, title: 'The payment could not be settled' },
  PERMIT2_ALLOWANCE_REQUIRED: {
    status: 412,
    retryable: false,
    title: 'Permit2 may not take USDC from this wallet yet',
  },
  balance_frozen: {
    status: 403,
    retryable: false,
    title: 'The balance is frozen until a reversed deposit is repaid',
  },
  NOT_A_DEPOSITOR: {
    status: 403,
    retryable: false,
    title: 'The wallet has not paid for this balance',
  },
  balance_insufficient: { status: 409, retryable: false, title: 'The balance is smaller than the amount' },
  // Priced APIs
  upstream_failed: { status: 502, retryable: true, title: 'The priced API did not answer' },
  target_refused: { status: 400, retryable: false, title: 'This address may not be called' },
  // Payouts and mandates
  payout_id_conflict: { status: 409, retryable: false, title: 'The payoutId was used with other parameters' },
  biz_id_taken: { status: 409, retryable: false, title: 'Another active payout has this bizId' },
  unsupported_network: { status: 400, retryable: false, title: 'This deployment pays on another network' },
  unsupported_asset: { status: 400, retryable: false, title: 'Only USDC of this network is paid out' },
  recipient_refused: { status: 400, retryable: false, title: 'Payouts to this address are refused' },
  lookalike_recipient: { status: 409, retryable: false, title: 'The address looks like a known one' },
  mandate_not_found: { status: 404, retryable: false, title: 'There is no such mandate' },
  mandate_mismatch: { status: 403, retryable: false, title: 'The mandate belongs to another agent' },
  mandate_not_signed: { status: 400, retryable: true, title: 'The mandate is not signed yet' },
  mandate_disabled: { status: 400, retryable: false, title: 'The mandate is turned off' },
  mandate_expired: {
    status: 400,
    retryable: false,
    title: 'The mandate has expired or is not active yet',
  },
  mandate_currency_mismatch: { status: 400, retryable: false, title: 'The mandate is for another currency' },
  mandate_recipient_not_allowed: {
    status: 400,
    retryable: false,
    title: 'The mandate does not allow this recipient',
  },
  mandate_amount_over_cap: {
    status: 400,
    retryable: false,
    title: "The amount is above the mandate's cap per payout",
  },
  mandate_period_exceeded: { status: 400, retryable: true, title: "The mandate's period is used up" },
  mandate_insufficient_budget: { status: 400, retryable: false, title: "The mandate's budget is too small" },
  payouts_killed: { status: 409, retryable: false, title: 'A person has stopped all payouts' },
  signature_invalid: { status: 400, retryable: false, title: 'The signature is not valid for what is shown' },
  // Ours to fix
  dependency_unavailable: {
    status: 503,
    retryable: true,
    title: 'A service that this needs does not answer',
  },
  internal_error: { status: 500, retryable: true, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>

export type ErrorCode = keyof typeof ERRORS

export type FieldError = { path: string; message: string }

/** RFC 9457 problem details, as every transport answers them. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  code: ErrorCode
  requestId: string
  param?: string
  errors?: FieldError[]
} & Record<string, unknown>
