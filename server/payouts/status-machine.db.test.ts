import { describe, expect, test } from 'vitest'
import { FAILURE_REASONS, isEdgeAllowed, PAYOUT_STATUSES, type PayoutStatus } from '@/domain/payout-status'
import { pool } from '@/server/core/db'

type State = { status: PayoutStatus; failureReason: string | null }

const STATES: State[] = PAYOUT_STATUSES.flatMap((status): State[] =>
  status === 'failed'
    ? FAILURE_REASONS.map((failureReason) => ({ status, failureReason }))
    : [{ status, failureReason: null }],
)
const nameOf = ({ status, failureReason }: State) => failureReason ?? status

async function isAllowedInSql(from: State, to: State): Promise<boolean> {
  const { rows } = await pool().query<{ allowed: boolean }>(
    'select payout_edge_allowed($1, $2, $3, $4) as allowed',
    [from.status, from.failureReason, to.status, to.failureReason],
  )
  return rows[0]?.allowed ?? false
}

describe('the status machine of payouts', () => {
  test.each(STATES.map((from) => [nameOf(from), from] as const))(
    'from %s has the same edges in the database and in the code',
    async (_, from) => {
      const allowed: string[] = []
      for (const to of STATES) {
        const inSql = await isAllowedInSql(from, to)
        expect({ to: nameOf(to), inSql }).toEqual({ to: nameOf(to), inSql: isEdgeAllowed(from, to) })
        if (inSql) allowed.push(nameOf(to))
      }
      expect(allowed.join(' ')).toMatchSnapshot()
    },
  )

  test('keeps the edges of a reason that has a suffix', async () => {
    const signing: State = { status: 'signing', failureReason: null }
    const failed: State = { status: 'failed', failureReason: 'signing_failed:kms' }
    expect(await isAllowedInSql(signing, failed)).toBe(true)
    const timedOut: State = { status: 'failed', failureReason: 'tx_confirmation_timeout:600' }
    expect(await isAllowedInSql(timedOut, { status: 'confirmed', failureReason: null })).toBe(true)
    expect(isEdgeAllowed(timedOut, { status: 'confirmed', failureReason: null })).toBe(true)
  })
})
