import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { interposeRpc, refuseToSend } from '@/test/harness/interpose-rpc'

const MINUTES = 120_000

const line = await interposeRpc()
const { registerRelayers, trackRelays } = await import('@/server/relayer')
const { ask, chain, expectPaidOnce, hashesOf, held, openScene, round, rowOf, scene, setKilled, settle } =
  await import('@/test/harness/payout-scene')

beforeAll(registerRelayers)
beforeEach(() => openScene())
afterEach(async () => {
  line.interpose = null
  await chain.client.setAutomine(true)
})
afterAll(() => line.stop())

async function drop(payoutId: string) {
  for (const { hash } of await hashesOf(payoutId))
    await chain.client.dropTransaction({ hash }).catch(() => {})
  await pool().query(
    `update relayer_transactions set status = 'dropped', dropped_at = now()
     where (chain_id, relayer, nonce) in (select chain_id, relayer, nonce from payout_relays where payout_row_id = $1)`,
    [payoutId],
  )
}

const carriersOf = (payoutId: string) =>
  pool().query('select nonce from payout_relays where payout_row_id = $1', [payoutId])

const lost: [status: string, lose: () => Promise<string>][] = [
  [
    'broadcasting, its transaction dropped',
    async () => {
      line.interpose = refuseToSend
      const { id } = await ask()
      await round()
      line.interpose = null
      await drop(id)
      return id
    },
  ],
  [
    'succeeded, its transaction dropped',
    async () => {
      await chain.client.setAutomine(false)
      const { id } = await ask()
      await round()
      await drop(id)
      return id
    },
  ],
  [
    'timed out, its transaction dropped',
    async () => {
      await chain.client.setAutomine(false)
      const { id } = await ask()
      await round()
      await drop(id)
      await pool().query(`update payouts set executed_at = now() - interval '1 hour' where id = $1`, [id])
      await round()
      expect(await rowOf(id)).toMatchObject({ failure_reason: 'tx_confirmation_timeout' })
      return id
    },
  ],
]

test.each(lost)(
  'a payout that is %s is put into no new transaction while payouts are stopped, and is paid once when they go on',
  async (_, lose) => {
    const id = await lose()
    const { rowCount: before } = await carriersOf(id)
    await setKilled(true)
    await chain.client.setAutomine(true)
    await settle()
    expect((await carriersOf(id)).rowCount).toBe(before)
    const { to_address: to, amount, waiting_for: waitingFor } = await rowOf(id)
    expect(waitingFor).toBe('kill_switch')
    expect(await held(to)).toBe(0n)
    await setKilled(false)
    await settle(4)
    expect(await rowOf(id)).toMatchObject({ status: 'confirmed' })
    expect(await held(to)).toBe(amount)
  },
  MINUTES,
)

test(
  'bytes that no node has accepted are not sent any more once one of their workspaces is stopped: their nonce is used up, the others are paid',
  async () => {
    line.interpose = refuseToSend
    const stopped = await ask()
    const { workspace } = scene
    await openScene()
    const other = await ask()
    await round()
    expect(await hashesOf(stopped.id)).toEqual(await hashesOf(other.id))
    await pool().query(
      'insert into workspace_policies (workspace_id, killed_at, killed_by) values ($1, now(), $2) on conflict (workspace_id) do update set killed_at = now(), killed_by = excluded.killed_by',
      [workspace.id, workspace.walletAddress],
    )
    line.interpose = null
    await settle(4)
    await expectPaidOnce(other)
    expect(await held(stopped.to)).toBe(0n)
    expect(await rowOf(stopped.id)).toMatchObject({ status: 'broadcasting', waiting_for: 'kill_switch' })
    expect(await hashesOf(stopped.id)).toMatchObject([{ status: 'replaced' }, { status: 'mined' }])
    const { rows } = await pool().query(
      'select purpose, status from relayer_transactions order by created_at',
    )
    expect(rows.slice(-3)).toEqual([
      { purpose: 'payout', status: 'replaced' },
      { purpose: 'fill', status: 'mined' },
      { purpose: 'payout', status: 'mined' },
    ])
    await pool().query(
      'update workspace_policies set killed_at = null, killed_by = null where workspace_id = $1',
      [workspace.id],
    )
    await settle(4)
    await expectPaidOnce(stopped)
  },
  MINUTES,
)

test(
  'what a node has accepted goes on: it is sent again while payouts are stopped, and paid',
  async () => {
    await chain.client.setAutomine(false)
    const payout = await ask()
    await round()
    const [sent] = await hashesOf(payout.id)
    await chain.client.dropTransaction({ hash: sent?.hash ?? '0x' })
    await setKilled(true)
    await pool().query(`update relayer_transactions set sent_at = sent_at - interval '12 seconds'`)
    await trackRelays()
    await chain.client.setAutomine(true)
    await settle()
    await expectPaidOnce(payout)
    expect(await hashesOf(payout.id)).toHaveLength(1)
  },
  MINUTES,
)

test(
  'a stop that comes after a round has listed the bytes holds: they are not sent, their nonce is used up',
  async () => {
    line.interpose = refuseToSend
    const payout = await ask()
    await round()
    line.interpose = async (method) => {
      if (method !== 'eth_getBalance') return null
      line.interpose = null
      await setKilled(true)
      return null
    }
    await trackRelays()
    expect(line.interpose).toBeNull()
    expect(await held(payout.to)).toBe(0n)
    await settle()
    expect(await held(payout.to)).toBe(0n)
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'replaced' }, { status: 'mined' }])
    await setKilled(false)
    await settle(4)
    await expectPaidOnce(payout)
  },
  MINUTES,
)

test(
  'a stop that comes between storing the bytes and sending them holds as well',
  async () => {
    await setKilled(false)
    await pool().query(
      `create function stop_now() returns trigger language plpgsql as $$ begin
         update workspace_policies set killed_at = now(), killed_by = '${scene.workspace.walletAddress}' where workspace_id = new.workspace_id;
         return null; end $$`,
    )
    await pool().query(
      `create trigger stop after insert on relayer_transactions for each row when (new.purpose = 'payout') execute function stop_now()`,
    )
    const payout = await ask()
    await round()
    await pool().query('drop function stop_now() cascade')
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'prepared' }])
    expect(await held(payout.to)).toBe(0n)
    await settle()
    expect(await held(payout.to)).toBe(0n)
    await setKilled(false)
    await settle(4)
    await expectPaidOnce(payout)
  },
  MINUTES,
)
