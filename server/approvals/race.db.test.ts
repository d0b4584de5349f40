import { expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { decisionRows, denyAs, readToApprove, sendApproval, signApproval } from '@/test/harness/approvals'
import { createPendingPayout } from '@/test/harness/pending-payouts'
import { addMember, newPerson, newWorkspace } from '@/test/harness/people'

const ROUNDS = 50

const move = (rowId: string, from: string, reason: string, actor: string) =>
  pool()
    .query<{ moved: boolean }>(`select (payout_move($1, $2, 'failed', $3, $4)).id is not null as moved`, [
      rowId,
      from,
      reason,
      actor,
    ])
    .then(({ rows }) => rows[0]?.moved === true)

test(`approve, deny, cancel and expire at once, ${ROUNDS} times: exactly one wins and all that hangs on it agrees`, async () => {
  const owner = await newPerson()
  const { id } = await newWorkspace(owner)
  const admin = await newPerson()
  await addMember(id, admin, 'ADMIN')
  const wins: Record<string, number> = {}
  for (let round = 0; round < ROUNDS; round += 1) {
    const { approvalId, rowId, agent } = await createPendingPayout(id)
    const signature = await signApproval(owner, await readToApprove(owner, approvalId))
    const contenders = {
      approve: () => sendApproval(owner, approvalId, signature).then(({ error }) => error === null),
      deny: () => denyAs(admin, approvalId, 'No').then(({ error }) => error === null),
      cancel: () => move(rowId, '{pending_authorization}', 'cancelled', agent.agentId),
      expire: () => move(rowId, '{pending_authorization}', 'expired', 'worker'),
    }
    // Each starts first in its turn, and what needs fewer steps waits a little, so that each wins sometimes.
    const order = Object.entries(contenders)
    const turned = [...order.slice(round % 4), ...order.slice(0, round % 4)]
    const answers = await Promise.all(
      turned.map(async ([name, act], place) => {
        if (place > 0) await new Promise((resolve) => setTimeout(resolve, place * (round % 5)))
        return { name, isWinner: await act() }
      }),
    )
    const winners = answers.filter(({ isWinner }) => isWinner).map(({ name }) => name)
    expect(winners).toHaveLength(1)
    const [winner = ''] = winners
    wins[winner] = (wins[winner] ?? 0) + 1
    const isApproved = winner === 'approve'
    const { rows } = await pool().query('select spent from agent_monthly_spend where agent_id = $1', [
      agent.agentId,
    ])
    expect({ ...(await decisionRows(rowId)), spent: rows[0]?.spent }).toMatchObject({
      status: isApproved ? 'authorized' : 'failed',
      failureReason: { approve: null, deny: 'user_denied', cancel: 'cancelled', expire: 'expired' }[winner],
      version: 2,
      events: 2,
      isCounted: isApproved,
      spent: isApproved ? 5_000_000n : 0n,
      approval: { approve: 'approved', deny: 'denied', cancel: 'closed', expire: 'closed' }[winner],
      votes: { approve: 1, deny: 1, cancel: 0, expire: 0 }[winner],
      timeline: ['pending_authorization', isApproved ? 'authorized' : 'failed'],
    })
  }
  expect(Object.values(wins).reduce((all, count) => all + count, 0)).toBe(ROUNDS)
}, 120_000)
