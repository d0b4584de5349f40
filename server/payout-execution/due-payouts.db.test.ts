import { expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { waitFor } from '@/server/relayer'
import { ask, openScene, scene } from '@/test/harness/payout-scene'
import { until } from '@/test/harness/until'
import { claimDuePayouts, observePayouts, releasePayouts, renewLeases } from './due-payout-repository'

const claim = (limit: number) =>
  claimDuePayouts({
    ...{ chainId: 31337, limit, watchLimit: 10, leaseSeconds: 20, timeoutSeconds: 600 },
    gasAllowance: 10n ** 18n,
  })

/** So many more like it, older, that have waited for something and are due again. */
async function addWaiting(id: string, count: number) {
  await pool().query(
    `insert into payouts select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'payout_id', 'copy-' || n || p.id,
         'created_at', p.created_at - interval '10 minutes', 'waiting_for', 'sender_blocked',
         'next_try_at', now() - make_interval(secs => 1 + n * 0.001)))).*
       from payouts p, generate_series(1, $2) n where p.id = $1`,
    [id, count],
  )
}

test('thousands of payouts of one workspace that wait for something keep no other workspace’s payout from the next round', async () => {
  await openScene({ funds: 0n })
  const busy = scene.workspace.id
  await addWaiting((await ask()).id, 2_000)
  await openScene({ funds: 0n })
  const [one, two] = [await ask(), await ask()]
  const due = await claim(100)
  expect(due).toHaveLength(100)
  expect(due.map(({ id }) => id)).toEqual(expect.arrayContaining([one.id, two.id]))
  expect(due.filter(({ workspaceId }) => workspaceId === busy)).toHaveLength(98)
  const others = await Promise.all([claim(100), claim(100), claim(100)])
  const ids = others.flat().map(({ id }) => id)
  expect(new Set(ids).size).toBe(300)
  await pool().query('delete from payouts where workspace_id = $1', [busy])
})

test('what waits for the same thing for long is looked at less often, at least once a minute', async () => {
  await openScene({ funds: 0n })
  const { id } = await ask()
  const waits = async (reason: string | null) => {
    await pool().query('update payouts set next_try_at = null')
    const [payout] = await claim(1)
    if (payout?.id !== id) throw new Error('not due')
    const next = waitFor(reason, 5)
    if (next.isOpen) await releasePayouts([{ ...payout, ...next }])
    const { rows } = await pool().query<{ seconds: number }>(
      `select round(extract(epoch from next_try_at - now()))::int as seconds from payouts where id = $1`,
      [id],
    )
    return rows[0]?.seconds
  }
  const passMinutes = (minutes: number) =>
    pool().query('update payouts set waiting_since = waiting_since - make_interval(mins => $1)', [minutes])
  expect(await waits('gas_allowance')).toBe(5)
  await passMinutes(2)
  expect(await waits('gas_allowance')).toBe(30)
  await passMinutes(60)
  expect(await waits('gas_allowance')).toBe(60)
  expect(await waits('relayer_gas')).toBe(5)
  await passMinutes(60)
  expect(await waits(null)).toBe(5)
})

test('what waits before it is signed is looked at again when it expires, however long it has waited', async () => {
  await openScene({ funds: 0n })
  const { id } = await ask()
  await pool().query(
    `update payouts set waiting_for = 'token_paused', waiting_since = now() - interval '1 hour',
       expires_at = now() + interval '7 seconds' where id = $1`,
    [id],
  )
  const [payout] = await claim(1)
  if (payout?.id !== id) throw new Error('not due')
  await releasePayouts([{ ...payout, waitingFor: 'token_paused', retrySeconds: 5 }])
  const { rows } = await pool().query(
    'select next_try_at = expires_at as "isThen" from payouts where id = $1',
    [id],
  )
  expect(rows).toEqual([{ isThen: true }])
})

const observation = { txHash: '0x1', blockNumber: 1n, confirmations: 1, isFinal: false }
const WRITES: [string, (leases: { id: string; leaseVersion: number }[]) => Promise<void>][] = [
  [
    'given back',
    (leases) => releasePayouts(leases.map((lease) => ({ ...lease, waitingFor: null, retrySeconds: 1 }))),
  ],
  ['held for longer', (leases) => renewLeases(leases, 20)],
  ['observed', (leases) => observePayouts(leases.map((lease) => ({ ...lease, ...observation })))],
]

test.each(WRITES)('payouts are %s in the order of their ids, as everybody locks them', async (_, write) => {
  await openScene({ funds: 0n })
  const asked = [await ask(), await ask()]
  const [low, high] = asked.map(({ id }) => id).sort()
  const claimed = await claim(10)
  const leases = [high, low].flatMap((id) => claimed.filter((payout) => payout.id === id))
  expect(leases).toHaveLength(2)
  const other = await pool().connect()
  try {
    const lock = (id: string | undefined) =>
      other.query('select 1 from payouts where id = $1 for update', [id])
    await other.query('begin')
    await lock(low)
    const writing = write(leases)
    await until('the write waits', async () => {
      const { rows } = await pool().query<{ waits: boolean }>(
        `select exists (select 1 from pg_stat_activity a where a.wait_event_type = 'Lock' and a.datname = current_database()) as waits`,
      )
      return rows[0]?.waits || null
    })
    await lock(high)
    await other.query('commit')
    await writing
  } finally {
    await other.query('rollback')
    other.release()
  }
})
