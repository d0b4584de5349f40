import { type ClaimView, DEPOSIT_CONFIRMATIONS, SECOND_ENDPOINT_ABOVE_ATOMIC } from '@/domain/deposits'
import { confirmationsOf } from '@/domain/networks'
import type { Actor } from '@/server/audit'
import { isDepositSeenTwice, type MinedDeposit, orUnavailable, readDepositTransaction } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import {
  type ClaimedRow,
  claimObserved,
  type DepositKey,
  type DepositRow,
  isOurX402,
  selectDepositsOf,
} from './deposit-repository'
import { buildClaimView, confirmationsPending, depositReversed, explainClaim } from './explain-claim'
import { requireDeposits } from './require-deposits'

type ClaimDeposit = {
  agent: { agentId: string }
  txHash: `0x${string}`
  chainId: number
  /** The person who claims for the agent, if it is one. */
  actor?: Actor
}

/**
 * Credits the agent with the USDC that a linked wallet sent to the receive address in this transaction, once however often it is
 * asked. Before six confirmations the claim is kept and the worker credits it. Throws `feature_disabled`, `UNSUPPORTED_CHAIN`,
 * `TX_NOT_FOUND`, `TX_REVERTED`, `DEPOSIT_IS_X402_SETTLEMENT`, `NOT_A_DEPOSIT`, `DEPOSIT_CLAIMED_BY_ANOTHER_AGENT`,
 * `SENDER_NOT_LINKED`, `BELOW_MINIMUM`, `CONFIRMATIONS_PENDING`, `DEPOSIT_REVERSED`, `INVALID_STATE`, `dependency_unavailable`.
 */
export async function claimDeposit({ agent, txHash, chainId, actor }: ClaimDeposit): Promise<ClaimView> {
  const receiver = requireDeposits()
  const { NETWORK, USDC_ADDRESS } = env()
  if (chainId !== NETWORK.chainId) {
    throw new AppError(
      'UNSUPPORTED_CHAIN',
      `Deposits are taken on ${NETWORK.chainName} (chain ${NETWORK.chainId}) only, not on chain ${chainId}.`,
      { param: 'chain_id', details: { supported_chain_id: NETWORK.chainId } },
    )
  }
  const key: DepositKey = { chainId, txHash, receiver }
  const known = await selectDepositsOf(key)
  // Once everything in the transaction is decided, repeats cost the chain nothing and never change.
  const settled = known.every(({ status }) => status === 'credited' || status === 'x402')
  const mine = known.filter((row) => row.status === 'credited' && row.agentId === agent.agentId)
  if (settled && mine.length > 0) return buildClaimView(key, mine.map(toClaimed))

  const seen = await orUnavailable(() => readDepositTransaction({ txHash, receiver }))
  if (seen.type === 'missing') return explainMissing(key, known, agent.agentId)
  const isSeenTwice = isLarge(seen) && (await isDepositSeenTwice({ txHash, receiver, seen }))
  const rows = await claimObserved({
    ...key,
    agentId: agent.agentId,
    actor: actor ?? null,
    asset: USDC_ADDRESS,
    seen,
    isSeenTwice,
  })
  return explainClaim({
    ...key,
    rows,
    confirmations: confirmationsOf(seen.block.number, seen.head),
    isReverted: seen.isReverted,
    isX402: rows.length === 0 && (await isOurX402(key)),
    blockTimeSeconds: NETWORK.blockTimeSeconds,
    linkUrl: `${env().APP_ORIGINS[0] ?? ''}/connect?action=link`,
  })
}

/** Deep enough to be credited, and so much that one endpoint's word does not do. */
export function isLarge({ logs, block, head }: MinedDeposit): boolean {
  const sum = logs.reduce((total, log) => total + log.amount, 0n)
  return sum > SECOND_ENDPOINT_ABOVE_ATOMIC && confirmationsOf(block.number, head) >= DEPOSIT_CONFIRMATIONS
}

/** The chain does not show the transaction now; what was credited or kept before is still known. */
function explainMissing(key: DepositKey, known: readonly DepositRow[], agentId: string): ClaimView {
  const own = known.filter((row) => row.agentId === agentId || row.claimedBy === agentId)
  const mine = own.filter(({ status }) => status === 'credited')
  if (mine.length > 0) return buildClaimView(key, mine.map(toClaimed))
  if (own.some(({ status }) => status === 'reversed')) throw depositReversed()
  if (own.some(({ status }) => status === 'pending')) {
    throw confirmationsPending({ confirmations: 0, blockTimeSeconds: env().NETWORK.blockTimeSeconds })
  }
  throw new AppError(
    'TX_NOT_FOUND',
    'No block has this transaction yet. Check hash and chain, or claim again once it is mined.',
    { param: 'tx_hash', retryAfterSeconds: env().NETWORK.blockTimeSeconds },
  )
}

function toClaimed(row: DepositRow): ClaimedRow {
  return { ...row, outcome: 'mine' }
}
