import { encodeFunctionData } from 'viem'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { confirmationsOf, RELAY_CONFIRMATIONS } from '@/domain/networks'
import {
  findAuthorizedDeposit,
  getBlockTimes,
  isAuthorizationUsed,
  simulateSettlementDeposit,
} from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { listHashes, relayDeposit } from '@/server/relayer'
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

/**
 * One round over due gasless deposits: send what is new, confirm what the chain shows, fail what is provably dead. The chain
 * is asked before anything is decided, so a round that is repeated or interrupted changes nothing twice.
 */
export async function relayDeposits(): Promise<{ claimed: number; open: number }> {
  const due = await claimDueDeposits({ limit: BATCH, leaseSeconds: LEASE_SECONDS })
  let open = 0
  for (const deposit of due) {
    try {
      if (!(await advanceDeposit(deposit))) open += 1
    } catch (error) {
      // The chain did not answer: unknown, not failed. The row falls due again.
      open += 1
      log.warn(
        { deposit: deposit.id, error: (error as Error).message },
        'gasless deposit waits for the chain',
      )
    }
    await releaseDeposit(deposit)
  }
  return { claimed: due.length, open }
}

/** Returns whether the deposit has ended. */
async function advanceDeposit(deposit: DueDeposit): Promise<boolean> {
  const { from, nonce } = deposit
  if (await isAuthorizationUsed({ authorizer: from, nonce })) return confirmUsed(deposit)
  const times = await getBlockTimes()
  if (times.headTimestamp >= deposit.validBefore) {
    // Past its time at a final block and unused there: nobody can use it any more.
    const isDead =
      times.finalTimestamp >= deposit.validBefore &&
      !(await isAuthorizationUsed({ authorizer: from, nonce, blockTag: 'finalized' }))
    return isDead ? failDeposit({ ...deposit, reason: 'authorization_expired' }) : false
  }
  const hashes = await listHashes({ purpose: 'deposit', reference: deposit.id })
  // `trackRelays` looks after a transaction that is on its way.
  if (hashes.some(({ isOpen }) => isOpen)) return false
  return sendDeposit(deposit)
}

async function sendDeposit(deposit: DueDeposit): Promise<boolean> {
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
    // Nothing was sent, and only the settlement contract can use this authorization, in favour of the signer.
    return failDeposit({ ...deposit, reason: `would_revert: ${simulated.reason}`.slice(0, 300) })
  }
  const data = encodeFunctionData({
    abi: luxxonSettlementAbi,
    functionName: 'depositWithAuthorization',
    args: [from, amount, validAfter, validBefore, nonce, signature],
  })
  const outcome = await relayDeposit(deposit, {
    to: env().SETTLEMENT_ADDRESS,
    data,
    gasLimit: DEPOSIT_GAS_LIMIT,
  })
  if (outcome !== 'sent') log.info({ deposit: deposit.id, outcome }, 'gasless deposit not on its way yet')
  return false
}

/** The nonce is used: whoever sent it, the deposit counts once its log is deep enough. */
async function confirmUsed(deposit: DueDeposit): Promise<boolean> {
  const found = await findAuthorizedDeposit({
    authorizer: deposit.from,
    nonce: deposit.nonce,
    amount: deposit.amount,
  })
  if (found.kind === 'cancelled') return failDeposit({ ...deposit, reason: 'authorization_cancelled' })
  if (found.kind === 'missing') return false
  if (confirmationsOf(found.blockNumber, found.head) < RELAY_CONFIRMATIONS) return false
  return confirmDeposit({ ...deposit, txHash: found.txHash, blockNumber: found.blockNumber })
}
