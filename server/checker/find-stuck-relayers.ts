import { getMinedNonce } from '@/server/chain'
import type { Finding } from './finding'
import type { Snapshot } from './snapshot-repository'

/** A lease and some blocks: a nonce that nobody sends holds up everything behind it. */
const GAP_SECONDS = 30
const STUCK_SECONDS = 300

/** Relayers whose next nonce no stored transaction has, and those whose oldest transaction is not recorded as mined for minutes. Throws when the chain does not answer. */
export async function findStuckRelayers({ relayers }: Pick<Snapshot, 'relayers'>): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { relayer, nonces, oldestSeconds } of relayers) {
    if (oldestSeconds < GAP_SECONDS) continue
    const mined = await getMinedNonce(relayer)
    const [behind] = nonces.filter((nonce) => nonce > mined)
    const isGap = behind !== undefined && !nonces.includes(mined)
    const [head] = nonces.filter((nonce) => nonce <= mined)
    const isStuck = head !== undefined && oldestSeconds >= STUCK_SECONDS
    if (!isGap && !isStuck) continue
    findings.push({
      kind: 'relayer_stuck',
      subject: relayer,
      workspaceId: null,
      isViolation: false,
      message: isGap
        ? `No transaction of relayer ${relayer} has nonce ${mined}; those behind it wait.`
        : `Nonce ${head} of relayer ${relayer} is not ${head === mined ? 'mined' : 'recorded as mined'} since ${Math.floor(oldestSeconds / 60)} minutes.`,
      details: { nonce: mined.toString(), open: nonces.length, seconds: oldestSeconds },
    })
  }
  return findings
}
