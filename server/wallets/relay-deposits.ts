import { encodeFunctionData } from 'viem'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { confirmationsOf, RELAY_CONFIRMATIONS } from '@/domain/networks'
import {
  findAuthorizedTransfer,
  isAuthorizationUsed,
  readAuthorizationAtFinal,
  readHead,
  simulateSettlementDeposit,
} from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import {
  advanceDue,
  ENDED,
  listHashes,
  type Next,
  relayTransaction,
  waitAfter,
  waitFor,
} from '@/server/relayer'
import {
  claimDueDeposits,
  confirmDeposit,
  type DueDeposit,
  failDeposit,
  releaseDeposit,
} from './deposit-authorization-repository'

const BATCH = 20
/** Longer than one round over a batch with a slow node; a worker that dies is replaced after it. */
const LEASE_SECONDS = 20
// Measured 128,000 for a first deposit by authorization through an ERC-1271 wallet; the rest is room for the real proxy.
const DEPOSIT_GAS_LIMIT = 250_000n
/** The chain is not asked for the same refusal more often. */
const LOOK_AGAIN_SECONDS = 5

/**
 * One round over due gasless deposits: send what is new, confirm what the chain shows, fail what is provably dead. The chain
 * is asked before anything is decided, so a round that is repeated or interrupted changes nothing twice.
 */
export async function relayDeposits(): Promise<{ claimed: number; open: number }> {
  const due = await claimDueDeposits({ limit: BATCH, leaseSeconds: LEASE_SECONDS })
  return advanceDue({
    due,
    what: 'gasless deposit',
    advance: advanceDeposit,
    unanswered: SOON,
    release: releaseDeposit,
  })
}

const SOON = waitFor(null, 0)

async function advanceDeposit(deposit: DueDeposit): Promise<Next> {
  const { from, nonce } = deposit
  if (await isAuthorizationUsed({ authorizer: from, nonce })) return confirmUsed(deposit)
  const head = await readHead()
  if (head.timestamp >= deposit.validBefore) {
    // Past its time at a final block and unused there: nobody can use it any more.
    const final = await readAuthorizationAtFinal({ authorizer: from, nonce })
    if (final.timestamp < deposit.validBefore || final.isUsed) return wait('proof_of_expiry')
    await failDeposit({ ...deposit, reason: 'authorization_expired' })
    return ENDED
  }
  const hashes = await listHashes({ purpose: 'deposit', reference: deposit.id })
  // `trackRelays` looks after a transaction that is on its way.
  if (hashes.some(({ isOpen }) => isOpen)) return SOON
  return sendDeposit(deposit)
}

async function sendDeposit(deposit: DueDeposit): Promise<Next> {
  const { from, amount, validAfter, validBefore, nonce, signature } = deposit
  const simulated = await simulateSettlementDeposit({
    from,
    value: amount,
    validAfter,
    validBefore,
    nonce,
    signature,
  })
  if (!simulated.ok) {
    log.info({ deposit: deposit.id, reason: simulated.reason }, 'gasless deposit would revert')
    // The authorization lives: it can be used as soon as what is in its way has passed, and by anybody who has it.
    return wait(`would_revert: ${simulated.reason}`.slice(0, 300))
  }
  const data = encodeFunctionData({
    abi: luxxonSettlementAbi,
    functionName: 'depositWithAuthorization',
    args: [from, amount, validAfter, validBefore, nonce, signature],
  })
  const outcome = await relayTransaction(
    { purpose: 'deposit', ...deposit },
    {
      to: env().SETTLEMENT_ADDRESS,
      data,
      gasLimit: DEPOSIT_GAS_LIMIT,
    },
  )
  if (outcome !== 'sent') log.info({ deposit: deposit.id, outcome }, 'gasless deposit not on its way yet')
  return waitAfter(outcome, LOOK_AGAIN_SECONDS)
}

/** The nonce is used: whoever sent it, the deposit counts once its log is deep enough. */
async function confirmUsed(deposit: DueDeposit): Promise<Next> {
  const found = await findAuthorizedTransfer({
    from: deposit.from,
    to: env().SETTLEMENT_ADDRESS,
    amount: deposit.amount,
    nonce: deposit.nonce,
    since: deposit.createdAt,
  })
  if (found.kind === 'missing') return SOON
  if (found.kind === 'cancelled') {
    // Like a payment, a cancellation counts when no reorganisation can take it back.
    const final = await readAuthorizationAtFinal({ authorizer: deposit.from, nonce: deposit.nonce })
    if (!final.isUsed) return wait('proof_of_cancellation')
    await failDeposit({ ...deposit, reason: 'authorization_cancelled' })
    return ENDED
  }
  if (confirmationsOf(found.blockNumber, found.head) < RELAY_CONFIRMATIONS) return SOON
  await confirmDeposit({ ...deposit, txHash: found.txHash, blockNumber: found.blockNumber })
  return ENDED
}

function wait(waitingFor: string): Next {
  return waitFor(waitingFor, LOOK_AGAIN_SECONDS)
}
