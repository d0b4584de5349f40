import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { storedAddress } from '@/domain/address'
import { pool } from '@/server/core/db'
import { openChain, testAddress } from '@/test/harness/chain'
import { startFaultyRpc } from '@/test/harness/faulty-rpc'
import { movePayout } from '@/test/harness/payout-books'
import {
  corrupt,
  findingsIn,
  openAlarmsOf,
  openPayoutHistory,
  type PayoutHistory,
  stopperOf,
} from '@/test/harness/payout-history'
import {
  AMOUNT,
  authorizePayout,
  openBooksScene,
  payPayout,
  signPayout,
  signTransfer,
} from '@/test/harness/payout-scene-on-chain'
import { checkPayouts } from '.'

// The checker's own endpoint, which a test can make lie; the test itself asks the chain directly.
const rpcUrl = process.env.RPC_URL ?? ''
const proxy = await startFaultyRpc({ target: rpcUrl, seed: 7 })
process.env.RPC_URL = proxy.url
const chain = openChain({ rpcUrl })
afterAll(() => proxy.stop())

let history: PayoutHistory
beforeEach(async () => {
  history = await openPayoutHistory(chain)
})
const found = () => findingsIn(history)
const stopped = () => stopperOf(history)
const openAlarms = () => openAlarmsOf(history)

test('a history with payouts in every state finds nothing, again and again', async () => {
  expect(await found()).toEqual([])
  await chain.mine(3)
  expect(await found()).toEqual([])
  expect(await openAlarms()).toEqual([])
  expect(await stopped()).toBeNull()
})

const CORRUPTIONS: [what: string, subject: () => string, damage: () => Promise<void>][] = [
  [
    'budget given back while its payout is open',
    () => `mandate:${history.mandateId}:mandate_sums`,
    () => corrupt('update mandates set pending_spent_amount = 0 where id = $1', [history.mandateId]),
  ],
  [
    'a payment that counts twice',
    () => `mandate:${history.mandateId}:mandate_sums`,
    () => corrupt('update mandates set spent_amount = spent_amount * 2 where id = $1', [history.mandateId]),
  ],
  [
    'a payment that counts nowhere',
    () => `mandate:${history.mandateId}:mandate_sums`,
    () => corrupt('update mandates set spent_amount = 0 where id = $1', [history.mandateId]),
  ],
  [
    'a payout moved to another mandate',
    () => `mandate:${history.mandateId}:mandate_sums`,
    () => corrupt(`update payouts set mandate_id = 'm_other' where id = $1`, [history.authorized.id]),
  ],
  [
    'an amount changed after it was authorized',
    () => `mandate:${history.mandateId}:mandate_sums`,
    () => corrupt('update payouts set amount = amount + 1 where id = $1', [history.authorized.id]),
  ],
  [
    'a month that counts less than its payouts',
    () => `agent:${history.agent.agentId}:`,
    () =>
      corrupt('update agent_monthly_spend set spent = spent - 1 where agent_id = $1', [
        history.agent.agentId,
      ]),
  ],
  [
    'a payout that left its month while alive',
    () => `payout:${history.timedOut.id}:month_of_ended`,
    () => corrupt('update payouts set counted_month = null where id = $1', [history.timedOut.id]),
  ],
  [
    'a hole in the versions of a timeline',
    () => `payout:${history.paid.id}:timeline`,
    () =>
      corrupt('delete from payout_transitions where payout_row_id = $1 and state_version = 3', [
        history.paid.id,
      ]),
  ],
  [
    'a step that is not allowed',
    () => `payout:${history.cancelled.id}:timeline`,
    () =>
      corrupt(
        `update payout_transitions set reason = 'tx_reverted' where payout_row_id = $1 and state_version = 2`,
        [history.cancelled.id],
      ),
  ],
  [
    'a status set by hand',
    () => `payout:${history.authorized.id}:timeline_end`,
    () => corrupt(`update payouts set status = 'signing' where id = $1`, [history.authorized.id]),
  ],
  [
    'a cancelled payout brought back to life',
    () => `payout:${history.cancelled.id}:timeline_end`,
    () =>
      corrupt(`update payouts set status = 'authorized', failure_reason = null where id = $1`, [
        history.cancelled.id,
      ]),
  ],
  [
    'a payout that goes on while its approval is open',
    () => `payout:${history.signed.id}:approval`,
    () => corrupt(`update approvals set status = 'pending' where payout_row_id = $1`, [history.signed.id]),
  ],
  [
    'a budget that was used without a mandate’s approval',
    () => `payout:${history.waiting.id}:approval`,
    () => corrupt('update approvals set is_by_mandate = true where payout_row_id = $1', [history.waiting.id]),
  ],
  [
    'an approval that needed two people and one signed',
    () => `payout:${history.approved.id}:approval_votes`,
    () =>
      corrupt('update approvals set required_approvals = 2 where payout_row_id = $1', [history.approved.id]),
  ],
  [
    'an approval without what its person signed',
    () => `payout:${history.approved.id}:approval_votes`,
    () =>
      corrupt(
        `update approval_votes set evidence_id = gen_random_uuid()
           where approval_id = (select id from approvals where payout_row_id = $1)`,
        [history.approved.id],
      ),
  ],
  [
    'a mandate that counts as signed without its signature',
    () => `mandate:${history.mandateId}:mandate_signatures`,
    () => corrupt('delete from signed_evidence where reference = $1', [history.mandateId]),
  ],
]

describe('the books', () => {
  test.each(CORRUPTIONS)('%s: an alarm, and the workspace is stopped', async (_, subject, damage) => {
    expect(await found()).toEqual([])
    await damage()
    const findings = await found()
    expect(findings.map((finding) => finding.subject).some((one) => one.startsWith(subject()))).toBe(true)
    expect(findings.every(({ kind }) => kind === 'payout_books')).toBe(true)
    expect(await stopped()).toBe('checker')
    expect(new Set(await openAlarms())).toEqual(new Set(['payout_books critical']))
    const { rows } = await pool().query(
      `select actor from audit_log where workspace_id = $1 and action = 'payouts.stopped'`,
      [history.workspaceId],
    )
    expect(rows).toEqual([{ actor: 'checker' }])
  })

  test.each([
    [
      'is missing',
      () =>
        corrupt('delete from webhook_events where payout_row_id = $1 and type = $2', [
          history.paid.id,
          'payout.signed',
        ]),
    ],
    [
      'is there twice',
      () =>
        corrupt(
          `insert into webhook_events (workspace_id, type, body, payout_row_id)
             select workspace_id, type, body, payout_row_id from webhook_events where payout_row_id = $1 limit 1`,
          [history.paid.id],
        ),
    ],
  ])('an event that %s: an alarm, and payouts go on', async (_, damage) => {
    await damage()
    expect(await found()).toEqual([{ kind: 'payout_books', subject: `payout:${history.paid.id}:outbox` }])
    expect(await stopped()).toBeNull()
  })

  test('two active payouts with one business id are found where the index is gone', async () => {
    await pool().query('drop index payouts_active_biz_id_key')
    await corrupt(`update payouts set biz_id = 'biz_paid' where id = $1`, [history.authorized.id])
    expect((await found())[0]?.subject).toMatch(/:biz_shared$/)
    expect(await stopped()).toBe('checker')
    await corrupt('update payouts set biz_id = null where id = $1', [history.authorized.id])
    await pool().query(
      `create unique index payouts_active_biz_id_key on payouts (biz_id, workspace_id)
         where deleted_at is null and biz_id is not null and (status <> 'failed' or failure_reason like 'tx_confirmation_timeout%')`,
    )
  })

  test('what is in order again closes its alarm; the stop stays, and whoever lifts it while the alarm is open is not overruled', async () => {
    const damage = (amount: number) =>
      corrupt('update mandates set spent_amount = spent_amount + $2 where id = $1', [
        history.mandateId,
        amount,
      ])
    const lift = () =>
      pool().query(
        'update workspace_policies set killed_at = null, killed_by = null where workspace_id = $1',
        [history.workspaceId],
      )
    await damage(1)
    await found()
    await lift()
    expect(await found()).toHaveLength(1)
    expect(await stopped()).toBeNull()
    await damage(-1)
    expect(await found()).toEqual([])
    expect(await openAlarms()).toEqual([])
    await damage(1)
    await found()
    expect(await stopped()).toBe('checker')
  })

  test('a payout that nobody has moved for minutes: a warning with what it waits for, and payouts go on', async () => {
    await corrupt(`update payout_transitions set at = at - interval '6 minutes' where payout_row_id = $1`, [
      history.signed.id,
    ])
    await corrupt(`update payouts set waiting_for = 'relayer_gas' where id = $1`, [history.signed.id])
    expect(await found()).toEqual([{ kind: 'payout_stuck', subject: `payout:${history.signed.id}` }])
    expect(await openAlarms()).toEqual(['payout_stuck warning'])
    expect(await stopped()).toBeNull()
  })
})

describe('the chain', () => {
  const isUnknown = { kind: 'payout_unknown_spend', subject: expect.stringMatching(/^0x[0-9a-f]{64}:\d+$/) }

  test('an authorization that no payout knows, used: stopped, and reported once', async () => {
    await chain.sendAuthorization(history.wallet, await signTransfer(history.wallet, testAddress(77)))
    expect(await found()).toEqual([isUnknown])
    expect(await stopped()).toBe('checker')
    expect(await openAlarms()).toEqual(['payout_unknown_spend critical'])
    expect(await found()).toEqual([])
    expect(await openAlarms()).toEqual(['payout_unknown_spend critical'])
  })

  test('USDC that a managed wallet sent without any authorization: stopped', async () => {
    await chain.transfer(history.wallet, testAddress(78), 1n)
    expect(await found()).toEqual([isUnknown])
    expect(await stopped()).toBe('checker')
  })

  test('a payout that counts as failed though the chain paid it: stopped', async () => {
    const signed = await signPayout(history, history.authorized)
    await movePayout({
      id: history.authorized.id,
      from: ['broadcasting'],
      to: 'failed',
      reason: 'authorization_expired',
    })
    expect(await found()).toEqual([])
    await chain.sendAuthorization(history.wallet, signed)
    expect(await found()).toEqual([isUnknown])
    expect(await stopped()).toBe('checker')
  })

  test('a time-out that the chain paid after all is in order', async () => {
    const signed = await signPayout(history, history.authorized)
    const { id } = history.authorized
    await movePayout({ id, from: ['broadcasting'], to: 'succeeded' })
    await movePayout({ id, from: ['succeeded'], to: 'failed', reason: 'tx_confirmation_timeout:600' })
    await chain.sendAuthorization(history.wallet, signed)
    expect(await found()).toEqual([])
  })

  test('a payout that a stranger sent is in order', async () => {
    const stranger = storedAddress(testAddress(79))
    await chain.fund(stranger, 0n)
    const signed = await signPayout(history, history.authorized)
    const { transactionHash, blockNumber } = await chain.sendAuthorization(stranger, signed)
    const changes = { txHash: transactionHash, blockNumber: blockNumber.toString() }
    await movePayout({ id: history.authorized.id, from: ['broadcasting'], to: 'succeeded', changes })
    await movePayout({ id: history.authorized.id, from: ['succeeded'], to: 'confirmed' })
    expect(await found()).toEqual([])
  })

  test('a confirmed payout without its transfer: a warning until its block is final, then stopped', async () => {
    await signPayout(history, history.authorized)
    const { number } = await chain.head()
    const changes = { txHash: `0x${'ab'.repeat(32)}`, blockNumber: (number + 1n).toString() }
    await movePayout({ id: history.authorized.id, from: ['broadcasting'], to: 'succeeded', changes })
    await movePayout({ id: history.authorized.id, from: ['succeeded'], to: 'confirmed' })
    await chain.mine(1)
    const subject = `payout:${history.authorized.id}`
    const first = await found()
    await chain.mine(80)
    expect(first).toEqual([{ kind: 'payout_unproven', subject }])
    expect(await found()).toEqual([{ kind: 'payout_unpaid', subject }])
    expect(await stopped()).toBe('checker')
  })

  test('a confirmed payout that a reorganisation has moved to another block, which nobody has recorded yet: in order', async () => {
    const signed = await signPayout(history, history.authorized)
    const { number } = await chain.head()
    const changes = { txHash: `0x${'ab'.repeat(32)}`, blockNumber: number.toString() }
    await movePayout({ id: history.authorized.id, from: ['broadcasting'], to: 'succeeded', changes })
    await movePayout({ id: history.authorized.id, from: ['succeeded'], to: 'confirmed' })
    await chain.sendAuthorization(history.wallet, signed)
    await chain.mine(80)
    expect(await found()).toEqual([])
    await pool().query('update payouts set finalized_at = now() where id = $1', [history.authorized.id])
    const subject = `payout:${history.authorized.id}`
    expect(await found()).toEqual([{ kind: 'payout_unpaid', subject }])
  })

  test('a confirmed payout whose transfer paid another amount: found on both sides', async () => {
    await corrupt('update payouts set amount = amount - 1 where id = $1', [history.paid.id])
    const kinds = (await found()).map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['payout_books', 'payout_unknown_spend']))
    expect(await stopped()).toBe('checker')
  })

  test('a managed wallet that holds less than it has promised: a warning, and payouts go on', async () => {
    const holder = await chain.client.getBalance({ address: history.wallet })
    expect(holder).toBeGreaterThan(0n)
    const scene = await openBooksScene(chain, AMOUNT - 1n)
    const payout = await authorizePayout(scene)
    await signPayout(scene, payout)
    history = { ...history, ...scene }
    expect(await found()).toEqual([{ kind: 'managed_wallet_short', subject: scene.wallet }])
    expect(await stopped()).toBeNull()
    await chain.fund(scene.wallet, 1n)
    expect(await found()).toEqual([])
    expect(await openAlarms()).toEqual([])
  })

  test('an endpoint that hides logs, shows parts of them or lags alarms nobody', async () => {
    await payPayout(chain, history, history.authorized)
    proxy.set({
      rate: 0.7,
      faults: ['empty_logs', 'missing_log', 'wrong_block_hash', 'stale_head', 'bad_gateway'],
    })
    for (let round = 0; round < 12; round += 1) {
      const { findings } = await checkPayouts()
      expect(findings.filter(({ workspaceId }) => workspaceId === history.workspaceId)).toEqual([])
    }
    proxy.set({ rate: 0 })
    expect(await stopped()).toBeNull()
    expect(await found()).toEqual([])
  })

  test('a transfer that an endpoint hid at first is found later', async () => {
    await chain.transfer(history.wallet, testAddress(80), 2n)
    proxy.set({ rate: 1, faults: ['empty_logs'] })
    expect(await found()).toEqual([])
    proxy.set({ rate: 0 })
    expect(await found()).toEqual([isUnknown])
  })

  test('a relayer’s nonce that no stored transaction has, older than a lease: a warning', async () => {
    const relayer = storedAddress(testAddress(81))
    await pool().query('insert into relayer_accounts (chain_id, address, next_nonce) values (31337, $1, 2)', [
      relayer,
    ])
    await pool().query(
      `insert into relayer_transactions (chain_id, relayer, nonce, purpose, reference, hash, raw_transaction, max_fee_per_gas,
         max_priority_fee_per_gas, gas_limit, status, created_at)
       values (31337, $1, 1, 'x402', 'test', $2, '0x', 1, 1, 1, 'sent', now() - interval '1 minute')`,
      [relayer, `0x${'cd'.repeat(32)}`],
    )
    const { findings } = await checkPayouts()
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'relayer_stuck', subject: relayer }))
  })
})
