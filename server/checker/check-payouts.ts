import { ChainError, describeRpcError } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { raiseAlarm, resolveOtherAlarms } from '@/server/instance'
import { compareChain } from './compare-chain'
import { compareWallets } from './compare-wallets'
import { findStuckRelayers } from './find-stuck-relayers'
import { describeBookFault, type Finding, type FindingKind } from './finding'
import { resolveEndedAlarms } from './resolve-ended-alarms'
import {
  readSnapshot,
  type Snapshot,
  type StuckPayout,
  saveProgress,
  stopWorkspace,
} from './snapshot-repository'

const BOOK_KINDS = ['payout_books', 'payout_stuck'] as const
// An unknown spend stays until a person has looked at it.
const CHAIN_KINDS = ['payout_unpaid', 'payout_unproven'] as const
const WALLET_KINDS = ['managed_wallet_short', 'relayer_stuck'] as const

/**
 * Proves mandates and payouts against themselves, in one snapshot, and then against the chain. What does not hold becomes an alarm; a
 * violation stops the payouts of its workspace as well. Alarms resolve when it holds again; the stop stays until an owner lifts it.
 * `isFull` looks at every payout there ever was, and not only at those that are open or of the last hour.
 */
export async function checkPayouts({ isFull = false }: { isFull?: boolean } = {}): Promise<{
  findings: Finding[]
  isChainRead: boolean
}> {
  const snapshot = await readSnapshot({ chainId: env().NETWORK.chainId, isFull })
  const books = [...snapshot.faults.map(describeBookFault), ...snapshot.stuck.map(describeStuck)]
  await report(books, BOOK_KINDS)
  await resolveEndedAlarms()
  const chain: Finding[] = []
  try {
    chain.push(...(await checkChain(snapshot)))
    const wallets = [...(await compareWallets(snapshot)), ...(await findStuckRelayers(snapshot))]
    await report(wallets, WALLET_KINDS)
    return { findings: [...books, ...chain, ...wallets], isChainRead: true }
  } catch (error) {
    // An endpoint that does not answer proves nothing; the alarms of the last complete check stand.
    log.warn({ reason: describeRpcError(error) }, 'payouts were not compared with the chain')
    if (!isOfChain(error)) throw error
    return { findings: [...books, ...chain], isChainRead: false }
  }
}

/** Progress is kept once everything is reported: what a crash cuts off is found again. */
async function checkChain(snapshot: Snapshot): Promise<Finding[]> {
  const { findings, undecided, progress } = await compareChain(snapshot)
  await report(findings, CHAIN_KINDS, undecided)
  await saveProgress(env().NETWORK.chainId, snapshot.progress, progress)
  return findings
}

/** viem's own errors leave some readers as they are. */
function isOfChain(error: unknown): boolean {
  return error instanceof ChainError || (error instanceof Error && 'shortMessage' in error)
}

function describeStuck({ id, workspaceId, payoutId, status, waitingFor, seconds }: StuckPayout): Finding {
  const why = waitingFor ? `; it waits for ${waitingFor}` : ''
  return {
    kind: 'payout_stuck',
    subject: `payout:${id}`,
    workspaceId,
    isViolation: false,
    message: `Payout ${payoutId} has been ${status} for ${Math.floor(seconds / 60)} minutes${why}.`,
    details: { status, waitingFor, seconds },
  }
}

/** Alarms about what is `undecided` stay as they are. */
async function report(
  findings: readonly Finding[],
  kinds: readonly FindingKind[],
  undecided: readonly string[] = [],
): Promise<void> {
  for (const { kind, subject, workspaceId, isViolation, message, details } of findings) {
    if (isViolation) {
      log.error({ kind, subject, workspaceId, ...details }, message)
      // First: a crash in between leaves no alarm, and so the next check stops it and raises one.
      if (workspaceId) await stopWorkspace({ workspaceId, kind, subject, note: message.slice(0, 200) })
    }
    const severity = isViolation ? 'critical' : 'warning'
    await raiseAlarm({ kind, subject, workspaceId, severity, message, details })
  }
  for (const kind of kinds) {
    const except = findings.filter((finding) => finding.kind === kind).map(({ subject }) => subject)
    await resolveOtherAlarms({ kind, except: [...except, ...undecided], by: 'payout check' })
  }
}
