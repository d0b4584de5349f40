import { expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { insertFill } from './prepare-repository'
import { findNonces, insertRelayerAccount, setNextNonce } from './relayer-account-repository'

const AHEAD = { minedNonce: 8n, unreachableAhead: 1_000 }
let relayers = 0

/** A relayer whose counter is ten though the chain has mined eight, as every worker has just read it. */
async function openRelayer() {
  relayers += 1
  const relayer = `0x${relayers.toString(16).padStart(40, 'a')}`
  const { chainId } = env().NETWORK
  await insertRelayerAccount({ chainId, address: relayer, minedNonce: 10n })
  expect(await findNonces({ chainId, relayer, ...AHEAD })).toEqual({ next: 10n, due: 8n })
  return { chainId, relayer }
}

const store = (key: { chainId: number; relayer: string }, nonce: bigint) =>
  insertFill({
    ...{ ...key, nonce, gasLimit: 21_000n, fees: { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n } },
    ...{ hash: `${key.relayer}:${nonce}`, raw: '0x' },
  })

async function nextNonce({ chainId, relayer }: { chainId: number; relayer: string }) {
  const { rows } = await pool().query<{ next_nonce: bigint }>(
    'select next_nonce from relayer_accounts where chain_id = $1 and address = $2',
    [chainId, relayer],
  )
  return rows[0]?.next_nonce
}

test('a worker that sets the counter back late takes back no nonce that others have stored bytes for meanwhile', async () => {
  const key = await openRelayer()
  await setNextNonce({ ...key, ...AHEAD, from: 10n, to: 8n })
  await store(key, 8n)
  await store(key, 9n)
  expect(await nextNonce(key)).toBe(10n)
  await setNextNonce({ ...key, ...AHEAD, from: 10n, to: 8n })
  expect(await nextNonce(key)).toBe(10n)
})

test('a counter is set back over bytes that no count of the chain reaches', async () => {
  const key = await openRelayer()
  await store(key, 1_000_000n)
  await setNextNonce({ ...key, ...AHEAD, from: 1_000_001n, to: 8n })
  expect(await nextNonce(key)).toBe(8n)
})

test('an endpoint that shows too low a count sets no counter back to a nonce that is mined', async () => {
  const key = await openRelayer()
  await store(key, 5_000n)
  await pool().query(`update relayer_transactions set status = 'mined', fee_wei = 1 where relayer = $1`, [
    key.relayer,
  ])
  await setNextNonce({ ...key, ...AHEAD, from: 5_001n, to: 8n })
  expect(await nextNonce(key)).toBe(5_001n)
})
