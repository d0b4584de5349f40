import { DEPOSIT_CONFIRMATIONS } from '@/domain/deposits'
import { confirmationsOf } from '@/domain/networks'
import {
  describeRpcError,
  hasSecondEndpoint,
  isDepositSeenTwice,
  isProvablyGone,
  type MinedDeposit,
  readDepositTransaction,
  readHeader,
} from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { raiseAlarm, resolveAlarms } from '@/server/instance'
import { isLarge } from './claim-deposit'
import { creditDeposit, recordObservation, reverseDeposit, selectDepositsOf } from './deposit-repository'
import {
  claimDueDeposits,
  type DueDeposit,
  finishDeposit,
  moveCreditedDeposit,
  postponeDeposit,
} from './due-repository'

const BATCH = 200
/** Transactions asked for side by side; more only queue at the node. */
const AT_ONCE = 8
/** Longer than a round over a batch with a slow node; a worker that dies is replaced after it. */
const LEASE_SECONDS = 20
/** A shallow deposit is due by its depth, and a reorganisation wakes everything: these are for what escaped both. */
const SHALLOW_SECONDS = 10
const WATCH_SECONDS = 120
const RETRY_SECONDS = 2
/** A credit is watched at least this deep, and until the chain calls its block final. */
const WATCHED_BLOCKS = 128
/** A second endpoint that is silent for longer is a problem that a person should see. */
const SILENT_SECONDS = 300

/**
 * One round over deposits that are due: credits what is deep enough, claimed or not, takes back what a reorganisation provably took,
 * and leaves everything as it is while the chain does not answer. Any number of workers may run it.
 */
export async function advanceDeposits(): Promise<{ claimed: number }> {
  const due = await claimDueDeposits({
    chainId: env().NETWORK.chainId,
    limit: BATCH,
    leaseSeconds: LEASE_SECONDS,
  })
  const transactions = groupByTransaction(due)
  const headers = createHeaderMemory()
  for (let start = 0; start < transactions.length; start += AT_ONCE) {
    const chunk = transactions.slice(start, start + AT_ONCE)
    await Promise.all(chunk.map((deposits) => advanceOrPostpone(deposits, headers)))
  }
  return { claimed: due.length }
}

function groupByTransaction(due: readonly DueDeposit[]): DueDeposit[][] {
  const groups = new Map<string, DueDeposit[]>()
  for (const deposit of due) {
    const key = `${deposit.txHash}:${deposit.receiver}`
    groups.set(key, [...(groups.get(key) ?? []), deposit])
  }
  return [...groups.values()]
}

type Headers = (block: bigint | 'latest' | 'finalized') => ReturnType<typeof readHeader>

/** A round asks for a block once, however many deposits lie in it. */
function createHeaderMemory(): Headers {
  const known = new Map<bigint | string, ReturnType<typeof readHeader>>()
  return (block) => {
    const asked = known.get(block) ?? readHeader(block)
    known.set(block, asked)
    return asked
  }
}

async function advanceOrPostpone(deposits: readonly DueDeposit[], headers: Headers): Promise<void> {
  try {
    await advanceTransaction(deposits, headers)
  } catch (error) {
    // The chain did not answer: unknown, not gone. The rows fall due again.
    log.warn({ txHash: deposits[0]?.txHash, error: describeRpcError(error) }, 'deposit waits for the chain')
    for (const deposit of deposits) await postponeDeposit({ ...deposit, seconds: RETRY_SECONDS })
  }
}

async function advanceTransaction(deposits: readonly DueDeposit[], headers: Headers): Promise<void> {
  const [first] = deposits
  if (!first) return
  if (await areUntouched(deposits, headers)) return
  const { chainId, txHash, receiver, asset } = first
  const read = await readDepositTransaction({ txHash, receiver })
  const seen = read.type === 'mined' ? read : null
  let isGone = false
  for (const deposit of deposits) {
    if (await followBlock(deposit, seen)) isGone = true
  }
  const key = { chainId, txHash, receiver }
  if (!seen) {
    if (isGone) await recordObservation({ ...key, asset, seen, isSeenTwice: false })
    for (const deposit of deposits) await postponeDeposit({ ...deposit, seconds: absentSeconds(deposit) })
    return
  }
  const isSeenTwice = isLarge(seen) && (await isDepositSeenTwice({ txHash, receiver, seen }))
  await recordObservation({ ...key, asset, seen, isSeenTwice })
  for (const { id, status } of await selectDepositsOf(key)) {
    if (status !== 'pending' && status !== 'reversed') continue
    const outcome = await creditDeposit({ id, head: seen.head })
    if (outcome === 'credited') log.info({ deposit: id, txHash }, 'deposit credited')
    if (isLarge(seen)) await reportSecondEndpoint({ isMissing: outcome === 'second_rpc', first })
  }
  for (const deposit of deposits) await postponeDeposit({ ...deposit, seconds: secondsUntilNext(seen) })
}

/** Whether all are credited or nobody's, and their block still stands: then nothing is left to do but to watch on. */
async function areUntouched(deposits: readonly DueDeposit[], headers: Headers): Promise<boolean> {
  const [{ blockNumber, blockHash } = { blockNumber: null, blockHash: null }] = deposits
  const isWatched = deposits.every(
    (deposit) =>
      (deposit.status === 'credited' || deposit.status === 'unattributed') && deposit.blockHash === blockHash,
  )
  if (!isWatched || blockNumber === null || blockHash === null) return false
  const standing = await headers(blockNumber)
  if (standing?.hash !== blockHash) return false
  const [head, final] = await Promise.all([headers('latest'), headers('finalized')])
  const isFinal =
    head !== null &&
    final !== null &&
    confirmationsOf(blockNumber, head.number) > WATCHED_BLOCKS &&
    final.number >= blockNumber
  for (const deposit of deposits) {
    if (isFinal) await finishDeposit({ ...deposit, blockHash })
    else await postponeDeposit({ ...deposit, seconds: WATCH_SECONDS })
  }
  return true
}

/** Follows a deposit whose block is not the one it was seen in. Answers whether its block is provably gone. */
async function followBlock(deposit: DueDeposit, seen: MinedDeposit | null): Promise<boolean> {
  const { id, blockNumber, blockHash, txHash, receiver, status } = deposit
  if (blockNumber === null || blockHash === null || seen?.block.hash === blockHash) return false
  // What is not credited simply follows its transaction into the other block.
  if (seen && status !== 'credited') return false
  if (!(await isProvablyGone({ txHash, receiver, blockNumber, blockHash }))) return false
  if (status !== 'credited') return true
  const again = seen?.logs.find(
    (log) =>
      log.position === deposit.position && log.sender === deposit.sender && log.amount === deposit.amount,
  )
  if (seen && again && confirmationsOf(seen.block.number, seen.head) >= DEPOSIT_CONFIRMATIONS) {
    await moveCreditedDeposit({ ...deposit, block: seen.block, logIndex: again.logIndex })
  } else if (await reverseDeposit({ id, blockHash })) {
    log.error({ deposit: id, txHash, blockNumber }, 'reorganisation: a credited deposit was taken back')
  }
  return true
}

async function reportSecondEndpoint({
  isMissing,
  first,
}: {
  isMissing: boolean
  first: DueDeposit
}): Promise<void> {
  const subject = String(first.chainId)
  if (!isMissing) return resolveAlarms({ kind: 'second_endpoint', subjects: [subject], by: 'deposits' })
  if (hasSecondEndpoint() && first.ageSeconds < SILENT_SECONDS) return
  await raiseAlarm({
    kind: 'second_endpoint',
    subject,
    severity: 'critical',
    message: hasSecondEndpoint()
      ? 'A deposit above 100 USDC waits because the second RPC endpoint does not confirm it. Check RPC_URL_SECOND.'
      : 'A deposit above 100 USDC waits for a second RPC endpoint. Set RPC_URL_SECOND to an independent provider.',
    details: { txHash: first.txHash },
  })
}

function secondsUntilNext({ block, head }: MinedDeposit): number {
  return confirmationsOf(block.number, head) < DEPOSIT_CONFIRMATIONS ? SHALLOW_SECONDS : RETRY_SECONDS
}

/** No block has it: asked for less and less often, since the reading of new blocks finds it as well. */
function absentSeconds({ ageSeconds }: DueDeposit): number {
  if (ageSeconds < 600) return RETRY_SECONDS
  return ageSeconds < 86_400 ? 60 : 3_600
}
