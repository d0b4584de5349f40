import { checksummed } from '@/domain/address'
import {
  type ClaimView,
  DEPOSIT_CONFIRMATIONS,
  MIN_DEPOSIT_ATOMIC,
  SECOND_ENDPOINT_ABOVE_ATOMIC,
} from '@/domain/deposits'
import { formatUsdc } from '@/domain/money'
import { AppError } from '@/server/core/app-error'
import type { ClaimedRow, ClaimOutcome } from './deposit-repository'

type Transaction = { chainId: number; txHash: string }

type Claim = Transaction & {
  rows: readonly ClaimedRow[]
  confirmations: number
  isReverted: boolean
  /** Our own x402 records name the transaction. */
  isX402: boolean
  blockTimeSeconds: number
  linkUrl: string
}

/**
 * What a claim answers, from what became of each transfer: the sum of the agent's, or the first reason in the order of the
 * contract. Throws every code of a claim that is decided by the chain.
 */
export function explainClaim(claim: Claim): ClaimView {
  const { rows, isReverted } = claim
  const first = (outcome: ClaimOutcome) => rows.find((row) => row.outcome === outcome)
  const mine = rows.filter((row) => row.outcome === 'mine')
  if (mine.length > 0) return buildClaimView(claim, mine)
  if (first('agent_gone')) throw new AppError('unauthenticated', 'This agent was revoked.')
  if (first('reversed')) throw depositReversed()
  if (isReverted) {
    throw new AppError('TX_REVERTED', 'The transaction failed on chain, so it moved no USDC. Send it again.')
  }
  if (first('waits')) throw confirmationsPending(claim)
  if (first('second_rpc')) throw secondEndpointPending(claim)
  if (first('x402') || (rows.length === 0 && claim.isX402)) {
    throw new AppError(
      'DEPOSIT_IS_X402_SETTLEMENT',
      'This transfer settled an x402 payment. It was credited or spent as that and is no deposit.',
    )
  }
  if (rows.length === 0) {
    throw new AppError(
      'NOT_A_DEPOSIT',
      'The transaction sends no USDC to the receive address. Compare token and address with GET /api/v1/balance/deposit/receive-address.',
    )
  }
  if (first('other_agent')) throw new AppError('DEPOSIT_CLAIMED_BY_ANOTHER_AGENT')
  const stranger = first('not_linked') ?? first('unattributed')
  if (stranger) throw senderNotLinked(stranger, claim.linkUrl)
  const small = first('below_minimum')
  if (small) throw belowMinimum(small)
  throw new AppError('INVALID_STATE', 'This deposit was sent back to its sender.')
}

/** Before the block is deep enough; the claim is kept. `confirmations` is 0 while no block has the transaction. */
export function confirmationsPending({
  confirmations,
  blockTimeSeconds,
}: {
  confirmations: number
  blockTimeSeconds: number
}): AppError {
  const missing = Math.max(1, DEPOSIT_CONFIRMATIONS - confirmations)
  return new AppError(
    'CONFIRMATIONS_PENDING',
    `The transfer has ${confirmations} of ${DEPOSIT_CONFIRMATIONS} confirmations. The claim is kept: it is credited by itself, and asking again shows when.`,
    {
      details: { confirmations, confirmations_required: DEPOSIT_CONFIRMATIONS },
      retryAfterSeconds: missing * blockTimeSeconds,
    },
  )
}

export function depositReversed(): AppError {
  return new AppError(
    'DEPOSIT_REVERSED',
    'A reorganisation of the chain took this deposit back. When a block includes the transaction again, it is credited once more by itself.',
    { retryAfterSeconds: 10 },
  )
}

function secondEndpointPending({ confirmations, blockTimeSeconds }: Claim): AppError {
  return new AppError(
    'CONFIRMATIONS_PENDING',
    `Above ${formatUsdc(SECOND_ENDPOINT_ABOVE_ATOMIC, { style: 'plain' })} USDC a second endpoint must confirm the transfer, and it has not yet. The claim is kept: it is credited by itself.`,
    {
      details: {
        confirmations,
        confirmations_required: DEPOSIT_CONFIRMATIONS,
        awaiting: 'second_rpc',
      },
      retryAfterSeconds: blockTimeSeconds,
    },
  )
}

function senderNotLinked({ sender }: ClaimedRow, linkUrl: string): AppError {
  const wallet = checksummed(sender)
  return new AppError(
    'SENDER_NOT_LINKED',
    `${wallet} sent this USDC and is not linked to this agent. Link that wallet, then claim again.`,
    { details: { sender: wallet, link_url: linkUrl } },
  )
}

function belowMinimum({ amount }: ClaimedRow): AppError {
  const [sent, least] = [amount, MIN_DEPOSIT_ATOMIC].map((value) => formatUsdc(value, { style: 'plain' }))
  return new AppError('BELOW_MINIMUM', `The transfer is ${sent} USDC; deposits start at ${least} USDC.`, {
    details: { amount_usd: sent, min_usd: least },
  })
}

/** The answer for credited transfers of one agent. */
export function buildClaimView({ chainId, txHash }: Transaction, mine: readonly ClaimedRow[]): ClaimView {
  const deposits = mine.map((row) => ({
    deposit_id: row.id,
    log_index: row.logIndex,
    sender: checksummed(row.sender),
    amount_usd: formatUsdc(row.amount, { style: 'plain' }),
    amount_atomic: row.amount.toString(),
    credited_at: (row.creditedAt ?? new Date(0)).toISOString(),
  }))
  const [firstDeposit] = deposits
  // Of credits in one moment the later place in the block is the newer one.
  const newest = mine.reduce((a, b) => ((b.creditedAt ?? 0) >= (a.creditedAt ?? 0) ? b : a))
  if (!firstDeposit) throw new Error('a claim without a credited transfer has no view')
  const sum = mine.reduce((total, row) => total + row.amount, 0n)
  return {
    deposit_id: firstDeposit.deposit_id,
    tx_hash: txHash,
    chain_id: chainId,
    sender: firstDeposit.sender,
    amount_usd: formatUsdc(sum, { style: 'plain' }),
    amount_atomic: sum.toString(),
    credited_at: firstDeposit.credited_at,
    virtual_balance_usd: formatUsdc(newest.balanceAfter ?? 0n, { style: 'plain' }),
    deposits,
  }
}
