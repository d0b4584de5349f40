import { expect, test } from 'vitest'
import type { PayoutDetailView } from '@/domain/payout-console'
import { pool } from '@/server/core/db'
import { createTestAgent, createTestMandate } from '@/test/harness/factories'
import { createPayoutRow, movePayoutRow } from '@/test/harness/payout-rows'
import { addMember, newPerson, newWorkspace, trpc } from '@/test/harness/people'

async function scene() {
  const [owner, viewer] = [await newPerson(), await newPerson()]
  const { id: workspaceId } = await newWorkspace(owner)
  await addMember(workspaceId, viewer, 'VIEWER')
  const agent = await createTestAgent({ workspaceId })
  const { id } = await createPayoutRow(agent, { mandateId: await createTestMandate(agent) })
  await movePayoutRow(id, 'signing', { from: 'authorized' })
  await movePayoutRow(id, 'signed', {
    from: 'signing',
    changes: { nonce: `0x${id}`, signature: '0x51', validBefore: 9 },
  })
  return {
    id,
    shownTo: async (person = viewer) => {
      const answer = await trpc('query', 'payouts.get', { cookie: person.cookie, input: { workspaceId, id } })
      expect(answer.error).toBeNull()
      return (answer.data as PayoutDetailView).authorization
    },
    owner,
    setStopped: (isStopped: boolean) =>
      pool().query(
        `insert into workspace_policies (workspace_id, killed_at, killed_by) values ($1, now(), 'checker')
         on conflict (workspace_id) do update set killed_at = case when $2 then now() end, killed_by = case when $2 then 'checker' end`,
        [workspaceId, isStopped],
      ),
  }
}

test('nobody is shown a signature that no node has had: who has it could send it', async () => {
  const { id, shownTo, owner } = await scene()
  const hidden = { nonce: `0x${id}`, validBefore: 9, signature: null }
  expect(await shownTo()).toEqual(hidden)
  expect(await shownTo(owner)).toEqual(hidden)
  // Its transaction is stored, which says nothing of a node.
  await movePayoutRow(id, 'broadcasting', { from: 'signed' })
  expect(await shownTo()).toEqual(hidden)
  await movePayoutRow(id, 'succeeded', { from: 'broadcasting' })
  expect(await shownTo()).toEqual({ ...hidden, signature: '0x51' })
})

test('while payouts are stopped nobody is shown one that can still be sent', async () => {
  const { id, shownTo, setStopped } = await scene()
  await movePayoutRow(id, 'broadcasting', { from: 'signed' })
  await movePayoutRow(id, 'succeeded', { from: 'broadcasting' })
  await setStopped(true)
  expect(await shownTo()).toMatchObject({ signature: null })
  // Unknown is not over.
  await movePayoutRow(id, 'failed', { from: 'succeeded', reason: 'tx_confirmation_timeout' })
  expect(await shownTo()).toMatchObject({ signature: null })
  await setStopped(false)
  expect(await shownTo()).toMatchObject({ signature: '0x51' })
  await setStopped(true)
  await movePayoutRow(id, 'confirmed', { from: 'failed', changes: { blockNumber: 12, confirmations: 3 } })
  expect(await shownTo()).toMatchObject({ signature: '0x51' })
})
