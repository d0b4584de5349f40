import { encodeFunctionData } from 'viem'
import { usdcAbi } from '@/domain/abi/usdc'
import { confirmationsOf, RELAY_CONFIRMATIONS } from '@/domain/networks'
import {
  findAuthorizedTransfer,
  isAuthorizationUsed,
  readAuthorizationAtFinal,
  readHead,
  simulateAuthorizedTransfer,
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
  claimDueWithdrawals,
  confirmWithdrawal,
  type DueWithdrawal,
  failWithdrawal,
  finalizeWithdrawal,
  releaseWithdrawal,
  type SignedAuthorization,
} from './due-withdrawal-repository'
import { clearAlarms, reportReorganised, reportWaiting } from './report-withdrawal'
import { signWithdrawal } from './sign-withdrawal'

const BATCH = 20
/** Longer than one round over a batch with a slow node; a worker that dies is replaced after it. */
const LEASE_SECONDS = 30
// Measured 68,000 on the local chain for a first USDC of a wallet; the rest is room for the real proxy.
const TRANSFER_GAS_LIMIT = 150_000n
/** The chain is not asked for the same refusal, or for finality, more often. */
const LOOK_AGAIN_SECONDS = 5

/**
 * One round over due withdrawals: sign what is requested, send what is signed, confirm what the chain shows, give back what is
 * provably dead, and watch what is confirmed until it is final. The chain is asked before anything is decided, so a round that
 * is repeated or interrupted pays nothing twice.
 */
export async function relayWithdrawals(): Promise<{ claimed: number; open: number }> {
  const due = await claimDueWithdrawals({ limit: BATCH, leaseSeconds: LEASE_SECONDS })
  return advanceDue({
    due,
    what: 'withdrawal',
    advance,
    unanswered: waitFor('chain', LOOK_AGAIN_SECONDS),
    report: reportWaiting,
    release: releaseWithdrawal,
  })
}

async function advance(withdrawal: DueWithdrawal): Promise<Next> {
  const signed = withdrawal.authorization ?? (await signWithdrawal(withdrawal))
  if ('isOpen' in signed) return signed
  const { from: authorizer } = withdrawal
  if (await isAuthorizationUsed({ authorizer, nonce: signed.nonce })) return followUsed(withdrawal, signed)
  if (withdrawal.status === 'confirmed') await reportReorganised(withdrawal)
  const head = await readHead()
  if (head.timestamp >= signed.validBefore) {
    // Past its time at a final block and unused there: nobody can use it any more.
    const final = await readAuthorizationAtFinal({ authorizer, nonce: signed.nonce })
    if (final.timestamp < signed.validBefore || final.isUsed)
      return waitFor('proof_of_expiry', LOOK_AGAIN_SECONDS)
    await failWithdrawal(withdrawal, 'authorization_expired')
    return ENDED
  }
  const hashes = await listHashes({ purpose: 'withdrawal', reference: withdrawal.id })
  // `trackRelays` looks after a transaction that is on its way.
  if (hashes.some(({ isOpen }) => isOpen)) return waitFor(null, 0)
  return send(withdrawal, signed)
}

async function send(withdrawal: DueWithdrawal, signed: SignedAuthorization): Promise<Next> {
  const { from, to, amount: value } = withdrawal
  const authorization = { from, to, value, validAfter: 0n, ...signed }
  const simulated = await simulateAuthorizedTransfer(authorization)
  // Signed, it is money until it is provably dead: a pause or a block may end before it does.
  if (!simulated.ok) return waitFor(`would_revert: ${simulated.reason}`.slice(0, 300), LOOK_AGAIN_SECONDS)
  const { validBefore, nonce, signature } = signed
  const data = encodeFunctionData({
    abi: usdcAbi,
    functionName: 'transferWithAuthorization',
    args: [from, to, value, 0n, validBefore, nonce, signature],
  })
  const outcome = await relayTransaction(
    { purpose: 'withdrawal', id: withdrawal.id, leaseVersion: withdrawal.leaseVersion },
    { to: env().USDC_ADDRESS, data, gasLimit: TRANSFER_GAS_LIMIT },
  )
  if (outcome !== 'sent' && outcome !== 'stored')
    log.info({ withdrawal: withdrawal.id, outcome }, 'withdrawal not on its way yet')
  return waitAfter(outcome, LOOK_AGAIN_SECONDS)
}

/** The nonce is used: whoever sent it, it is paid once its logs are deep enough, and over once they are final. */
async function followUsed(withdrawal: DueWithdrawal, { nonce }: SignedAuthorization): Promise<Next> {
  const { from, to, amount, createdAt } = withdrawal
  const found = await findAuthorizedTransfer({ from, to, amount, nonce, since: createdAt })
  if (found.kind === 'missing') return waitFor('logs', LOOK_AGAIN_SECONDS)
  if (found.kind === 'cancelled') {
    // Only the treasury key can cancel; like a payment it counts when it is final.
    const final = await readAuthorizationAtFinal({ authorizer: from, nonce })
    if (!final.isUsed) return waitFor('proof_of_cancellation', LOOK_AGAIN_SECONDS)
    await failWithdrawal(withdrawal, 'authorization_cancelled')
    return ENDED
  }
  if (withdrawal.status !== 'confirmed') {
    if (confirmationsOf(found.blockNumber, found.head) < RELAY_CONFIRMATIONS) return waitFor(null, 0)
    await confirmWithdrawal(withdrawal, found)
  }
  const final = await readAuthorizationAtFinal({ authorizer: from, nonce })
  if (!final.isUsed || found.blockNumber > final.number) return waitFor(null, LOOK_AGAIN_SECONDS)
  await finalizeWithdrawal(withdrawal, found)
  await clearAlarms(withdrawal)
  return ENDED
}
