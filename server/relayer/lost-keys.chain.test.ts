import { privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { localRelayerAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { testKey } from '@/test/harness/managed-wallets'

const MINUTES = 120_000

// Before anything reads the environment: a second key.
const second = testKey('second relayer')
process.env.RELAYER_PRIVATE_KEYS = `${process.env.RELAYER_PRIVATE_KEYS},${second.privateKey}`

const { env } = await import('@/server/core/env')
const { claimDuePayouts } = await import('@/server/payout-execution/due-payout-repository')
const { isSigned } = await import('@/server/payout-execution/due-payout')
const { encodePayouts } = await import('@/server/payout-execution/payout-authorization')
const { registerRelayers, trackRelays } = await import('@/server/relayer')
const { ask, chain, expectPaidOnce, hashesOf, openScene, round, settle, signOnly } = await import(
  '@/test/harness/payout-scene'
)
const { preparePayouts } = await import('./prepare-repository')
const { insertRelayerAccount } = await import('./relayer-account-repository')
const { signRelay } = await import('./sign-relay')

const secondAddress = privateKeyToAccount(second.privateKey).address
const ETHER = 10n ** 18n
let lostKeys = 0

beforeAll(registerRelayers)
beforeEach(async () => {
  await openScene()
  await chain.client.setBalance({ address: secondAddress, value: ETHER })
  await chain.client.setBalance({ address: localRelayerAddress, value: ETHER })
})
afterEach(() => pool().query(`delete from relayer_transactions where reference = 'far ahead'`))

/** A payout in the stored, unsent transaction of a key that no worker has. */
async function askOfLostKey() {
  const payout = await ask()
  await signOnly()
  await pool().query('update payouts set next_try_at = null, lease_until = null where id = $1', [payout.id])
  const { chainId } = env().NETWORK
  const gasAllowance = env().GAS_ALLOWANCE_WEI_PER_DAY
  const claim = { chainId, limit: 10, watchLimit: 0, leaseSeconds: 0, timeoutSeconds: 600, gasAllowance }
  const due = (await claimDuePayouts(claim)).filter(isSigned)
  lostKeys += 1
  const account = privateKeyToAccount(testKey(`lost relayer ${lostKeys}`).privateKey)
  const address = account.address.toLowerCase()
  await insertRelayerAccount({ chainId, address, minedNonce: 0n })
  const call = encodePayouts(due, { usdc: env().USDC_ADDRESS })
  const fees = { maxFeePerGas: 5_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n }
  const signed = await signRelay({ account, nonce: 0n, call, fees })
  const { outcome } = await preparePayouts(due, {
    ...{ chainId, relayer: address, nonce: 0n, minedNonce: 0n, maxAhead: 48, ...signed, fees },
    gasLimit: call.gasLimit,
    gasAllowance,
  })
  expect(outcome).toBe('prepared')
  return { payout, account }
}

async function relayersOf(payoutId: string): Promise<string[]> {
  const { rows } = await pool().query<{ relayer: string }>(
    'select relayer from payout_relays where payout_row_id = $1 order by created_at',
    [payoutId],
  )
  return rows.map(({ relayer }) => relayer)
}

test(
  'bytes of a key that no worker has are sent all the same, and recorded when they are mined',
  async () => {
    const { payout, account } = await askOfLostKey()
    await chain.client.setBalance({ address: account.address, value: ETHER })
    await settle()
    await expectPaidOnce(payout)
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'mined' }])
  },
  MINUTES,
)

test(
  'bytes of a key that no worker has and no node takes are given up after two minutes: another key pays, once',
  async () => {
    const { payout, account } = await askOfLostKey()
    await settle()
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'prepared' }])
    await pool().query(
      `update relayer_transactions set created_at = created_at - interval '2 minutes' where relayer = $1`,
      [account.address.toLowerCase()],
    )
    await settle(4)
    await expectPaidOnce(payout)
    expect(await relayersOf(payout.id)).toEqual([
      account.address.toLowerCase(),
      localRelayerAddress.toLowerCase(),
    ])
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'dropped' }, { status: 'mined' }])
  },
  MINUTES,
)

test(
  'a key of another worker that looks after its transactions is left to it',
  async () => {
    const { payout, account } = await askOfLostKey()
    await chain.client.setBalance({ address: account.address, value: ETHER })
    const address = account.address.toLowerCase()
    await pool().query('update relayer_accounts set checked_at = now() where address = $1', [address])
    await pool().query(
      `update relayer_transactions set created_at = created_at - interval '2 minutes' where relayer = $1`,
      [address],
    )
    await trackRelays()
    expect(await hashesOf(payout.id)).toMatchObject([{ status: 'prepared' }])
    expect(await chain.client.getTransactionCount({ address: account.address })).toBe(0)
  },
  MINUTES,
)

test(
  'a first key without ETH, or with as much on its way as nodes take, leaves payouts to the second',
  async () => {
    await chain.client.setBalance({ address: localRelayerAddress, value: 0n })
    const poor = await ask()
    await round()
    await settle()
    await expectPaidOnce(poor)
    expect(await relayersOf(poor.id)).toEqual([secondAddress.toLowerCase()])

    await chain.client.setBalance({ address: localRelayerAddress, value: ETHER })
    await pool().query(
      `insert into relayer_transactions (chain_id, relayer, nonce, purpose, reference, hash, raw_transaction, max_fee_per_gas,
         max_priority_fee_per_gas, gas_limit) values ($1, $2, $3, 'deposit', 'far ahead', '0xfa', '0xfa', 1, 1, 1)`,
      [
        env().NETWORK.chainId,
        localRelayerAddress.toLowerCase(),
        (await chain.client.getTransactionCount({ address: localRelayerAddress })) + 47,
      ],
    )
    const busy = await ask()
    await round()
    expect(await relayersOf(busy.id)).toEqual([secondAddress.toLowerCase()])
    await pool().query(`delete from relayer_transactions where reference = 'far ahead'`)
    await settle()
    await expectPaidOnce(busy)
  },
  MINUTES,
)
