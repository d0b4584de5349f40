import { readSigningConditions, type SigningConditions } from '@/server/chain'
import { env } from '@/server/core/env'
import { ENDED, waitFor } from '@/server/relayer'
import { keyOf, nonceOf } from './authorization-key'
import type { Decisions, DuePayout, SignedPayout } from './due-payout'
import { gasTermsOf, keepSendable, readGasRoom } from './gas-room'
import {
  type EnterOutcome,
  enterSigning,
  type GasTerms,
  listPromised,
  movePayouts,
  storeSignatures,
} from './payout-step-repository'
import { keepUsed } from './second-look'
import { signAuthorizations } from './sign-authorizations'

const LOOK_AGAIN_SECONDS = 5

/**
 * Reserves, signs and stores what was authorized, and answers what is signed now. Nothing is signed that the wallet does not
 * hold, that was stopped meanwhile, that USDC would refuse, or that nobody could send now. `alreadySigned` are sent with them.
 */
export async function signPayouts(
  due: readonly DuePayout[],
  decisions: Decisions,
  { alreadySigned }: { alreadySigned: number },
): Promise<SignedPayout[]> {
  if (due.length === 0) return []
  const [conditions, room] = await Promise.all([
    readConditions(due, []),
    readGasRoom(due.length + alreadySigned),
  ])
  // A restored backup does not know what it had paid: those are signed again for the record, and the logs decide.
  const used = due.filter(conditions.isUsed)
  const paid = (await keepUsed(used)).map(({ id }) => id)
  const isUnsure = (payout: DuePayout) => used.includes(payout) && !paid.includes(payout.id)
  for (const { id } of due.filter(isUnsure)) decisions.set(id, waitFor('second_endpoint', LOOK_AGAIN_SECONDS))
  const sure = due.filter((payout) => !isUnsure(payout))
  const isOver = (payout: DuePayout) => paid.includes(payout.id) || payout.isExpired
  const free = sure.filter((payout) => !isOver(payout) && !isHeldUp(payout, conditions.chain, decisions))
  const ready = [...sure.filter(isOver), ...keepSendable(free, room, { alreadySigned, decisions })]
  const at = { chain: conditions.chain, paid, gas: gasTermsOf(room) }
  const entered = await enter(ready, at, decisions)
  const open = await endUnsignable(entered, { chain: conditions.chain, paid }, decisions)
  return signAuthorizations(open, {
    now: conditions.chain.timestamp,
    decisions,
    store: (signed) => store(signed, paid, decisions),
  })
}

type Conditions = { chain: SigningConditions; isUsed: (payout: { id: string }) => boolean }

/** Of the payouts' own wallets and recipients, and of whatever else these wallets have promised. */
async function readConditions(
  due: readonly DuePayout[],
  promised: readonly { id: string; from: DuePayout['from']; nonce: `0x${string}` | null }[],
): Promise<Conditions> {
  const own = due.map((payout) => ({ id: payout.id, from: payout.from, nonce: keyOf(payout).nonce }))
  // One that is in `signing` has no nonce yet, and may be paid after a restored backup.
  const all = [...own, ...promised.map((other) => ({ ...other, nonce: other.nonce ?? nonceOf(other) }))]
  const chain = await readSigningConditions({
    wallets: [...new Set(due.map(({ from }) => from))],
    recipients: due.map(({ to }) => to),
    keys: all.map(({ from, nonce }) => ({ authorizer: from, nonce })),
  })
  const used = new Set(all.filter((_, index) => chain.used[index] === true).map(({ id }) => id))
  return { chain, isUsed: ({ id }) => used.has(id) }
}

/** What passes by itself, or when a person acts, is waited for until the payout expires. */
function isHeldUp(payout: DuePayout, chain: SigningConditions, decisions: Decisions): boolean {
  const reason = chain.isPaused ? 'token_paused' : chain.blocked.has(payout.from) ? 'sender_blocked' : null
  if (reason) decisions.set(payout.id, waitFor(reason, LOOK_AGAIN_SECONDS))
  return reason !== null
}

/** Those that were in `signing` already, and those that enter it now. */
async function enter(
  due: readonly DuePayout[],
  { chain, paid, gas }: { chain: SigningConditions; paid: readonly string[]; gas: GasTerms },
  decisions: Decisions,
): Promise<DuePayout[]> {
  const authorized = due.filter(({ status }) => status === 'authorized')
  const outcomes = await ask(authorized, chain, { paid })
  const again = authorized.filter(({ id }) => ['short', 'stale'].includes(outcomes.get(id) ?? ''))
  if (again.length > 0) {
    // What the wallet has promised may be paid by now: read both at one block before anything fails for want of money.
    const promised = await listPromised({
      chainId: env().NETWORK.chainId,
      wallets: [...new Set(again.map(({ from }) => from))],
    })
    const exact = await readConditions(again, promised)
    const settled = promised.filter(exact.isUsed).map(({ id }) => id)
    // One that is used itself was paid meanwhile: the next round asks how sure that is.
    const unpaid = again.filter((payout) => !exact.isUsed(payout))
    const second = await ask(unpaid, exact.chain, {
      paid: settled,
      listed: promised.map(({ id }) => id),
    })
    for (const [id, outcome] of second) outcomes.set(id, outcome)
  }
  for (const { id } of authorized) {
    const outcome = outcomes.get(id)
    if (outcome === 'stale' || outcome === 'short') decisions.set(id, waitFor(null, 0))
    else if (outcome === 'gas_allowance' || outcome === 'relayer_gas')
      decisions.set(id, waitFor(outcome, LOOK_AGAIN_SECONDS))
    else if (outcome !== 'signing') decisions.set(id, ENDED)
  }
  return due
    .filter((payout) => payout.status === 'signing' || outcomes.get(payout.id) === 'signing')
    .map((payout) => ({ ...payout, status: 'signing' as const }))

  async function ask(
    payouts: readonly DuePayout[],
    { blockNumber, held }: SigningConditions,
    at: { paid: readonly string[]; listed?: readonly string[] },
  ): Promise<Map<string, EnterOutcome>> {
    if (payouts.length === 0) return new Map()
    const withHeld = payouts.map((payout) => ({ ...payout, held: held.get(payout.from) ?? 0n }))
    return enterSigning(withHeld, { block: blockNumber, ...at }, gas)
  }
}

/** Nothing was signed yet, so what cannot be paid is given back at once. */
async function endUnsignable(
  signing: readonly DuePayout[],
  { chain, paid }: { chain: SigningConditions; paid: readonly string[] },
  decisions: Decisions,
): Promise<DuePayout[]> {
  const why = (payout: DuePayout) => {
    if (paid.includes(payout.id)) return null
    if (chain.blocked.has(payout.to)) return 'recipient_blocked'
    return payout.isExpired ? 'expired' : null
  }
  const ended = signing.filter((payout) => why(payout) !== null)
  await movePayouts(
    ended.map((payout) => ({
      payout,
      from: 'signing',
      to: 'failed',
      reason: `signing_failed:${why(payout)}`,
    })),
  )
  for (const { id } of ended) decisions.set(id, ENDED)
  return signing.filter((payout) => why(payout) === null)
}

async function store(
  signed: readonly SignedPayout[],
  paid: readonly string[],
  decisions: Decisions,
): Promise<SignedPayout[]> {
  if (signed.length === 0) return []
  const outcomes = await storeSignatures(signed, { paid })
  for (const { id } of signed) if (outcomes.get(id) !== 'signed') decisions.set(id, ENDED)
  return signed
    .filter(({ id }) => outcomes.get(id) === 'signed')
    .map((payout) => ({ ...payout, status: 'signed' as const }))
}
