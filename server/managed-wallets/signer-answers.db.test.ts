import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import type { StandInCdp } from '@/test/harness/cdp-wallets'
import type { StandInKms } from '@/test/harness/kms'
import { startSigningServices } from '@/test/harness/signing-services'
import type { Misbehaviour } from '@/test/harness/stand-in-server'
import { STOCK_SIZE, signerOf, stockWallets } from '.'
import { createCdpAccount } from './cdp'
import { createKmsKey } from './kms'
import type { NewKey } from './managed-wallet'

let kms: StandInKms
let cdp: StandInCdp
let keys: Record<'kms' | 'cdp', NewKey>

beforeAll(async () => {
  ;({ kms, cdp } = await startSigningServices())
  keys = { kms: await createKmsKey(), cdp: await createCdpAccount() }
})

afterEach(() => {
  kms.misbehave(null)
  cdp.misbehave(null)
})

afterAll(() => Promise.all([kms.stop(), cdp.stop()]))

const sign = (signer: 'kms' | 'cdp') =>
  signerOf({ ...keys[signer], chainId: 31337, workspaceId: null }).signTypedData({
    domain: { chainId: 31337 },
    types: { Word: [{ name: 'value', type: 'uint256' }] },
    primaryType: 'Word',
    message: { value: 1n },
  })

describe.each(['kms', 'cdp'] as const)('%s', (signer) => {
  const misbehave = (how: Misbehaviour | null) => (signer === 'kms' ? kms : cdp).misbehave(how)
  const made = () => (signer === 'kms' ? kms.keys : cdp.accounts).size

  test.each([
    ['HTML with 200', { status: 200, body: '<html><body>maintenance</body></html>' }],
    ['nothing with 200', { status: 200, body: {} }],
    ['HTML with 400', { status: 400, body: '<html><body>bad request</body></html>' }],
    ['HTML with 503', { status: 503, body: '<html><body>overloaded</body></html>' }],
  ])('%s is no answer, and no refusal', async (_, how) => {
    misbehave(how)
    await expect(sign(signer)).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a new key that does not sign for its address is not put into the stock, and is tried again before another is made', async () => {
    await whileStockIsMadeAt(signer, async () => {
      misbehave('otherKey')
      const before = made()
      for (let round = 0; round < 3; round += 1) {
        await expect(stockWallets()).rejects.toMatchObject({ kind: 'wrong_signature' })
      }
      expect({ unused: await unused(), made: made() - before }).toEqual({ unused: 0, made: 1 })
      misbehave(null)
      expect((await stockWallets()).created).toBe(STOCK_SIZE)
      expect(made() - before).toBe(STOCK_SIZE)
    })
  })

  test('a service that names one key again and again is asked once a round', async () => {
    await whileStockIsMadeAt(signer, async () => {
      misbehave('usedKey')
      expect((await stockWallets()).created).toBe(1)
      expect((await stockWallets()).created).toBe(0)
      expect(await unused()).toBe(1)
    })
  })
})

async function whileStockIsMadeAt(signer: 'kms' | 'cdp', work: () => Promise<void>): Promise<void> {
  const settings = env()
  const before = settings.WALLET_SIGNER
  settings.WALLET_SIGNER = signer
  try {
    await pool().query('delete from managed_wallets where workspace_id is null')
    await work()
  } finally {
    settings.WALLET_SIGNER = before
  }
}

async function unused(): Promise<number> {
  const { rows } = await pool().query<{ count: number }>(
    'select count(*)::int as count from managed_wallets where workspace_id is null',
  )
  return rows[0]?.count ?? 0
}

test.each([
  [400, { errorType: 'invalid_request' }, 'refused'],
  [422, { errorType: 'idempotency_error' }, 'refused'],
  [402, { errorType: 'payment_method_required' }, 'denied'],
  [403, { errorType: 'forbidden' }, 'denied'],
  [404, { errorType: 'not_found' }, 'denied'],
  [408, { errorType: 'timed_out' }, 'unavailable'],
  [409, { errorType: 'already_exists' }, 'unavailable'],
  [425, {}, 'unavailable'],
  [429, { errorType: 'rate_limit_exceeded' }, 'unavailable'],
  [502, { errorType: 'bad_gateway' }, 'unavailable'],
] as const)('Coinbase: %i with %o is %s', async (status, body, kind) => {
  cdp.misbehave({ status, body })
  await expect(sign('cdp')).rejects.toMatchObject({ kind })
})

test.each([
  ['ValidationException', 'refused'],
  ['DisabledException', 'denied'],
  ['KMSInvalidStateException', 'denied'],
  ['InvalidKeyUsageException', 'denied'],
  ['ThrottlingException', 'unavailable'],
  ['KeyUnavailableException', 'unavailable'],
  ['LimitExceededException', 'unavailable'],
  ['ExpiredTokenException', 'no_key'],
] as const)('KMS: %s is %s', async (name, kind) => {
  kms.misbehave({ status: 400, body: { __type: name, message: 'no' } })
  await expect(sign('kms')).rejects.toMatchObject({ kind })
})

test('KMS: a public key of another curve makes no wallet, and its key is asked again before another is made', async () => {
  kms.misbehave('otherCurve')
  const before = kms.keys.size
  for (let round = 0; round < 3; round += 1) {
    await expect(createKmsKey()).rejects.toMatchObject({ name: 'SignerError' })
  }
  expect(kms.keys.size - before).toBe(1)
  kms.misbehave(null)
  await createKmsKey()
  expect(kms.keys.size - before).toBe(1)
})
