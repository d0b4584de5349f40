import { recoverTypedDataAddress } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { checksummed, storedAddress } from '@/domain/address'
import { buildTransferAuthorization } from '@/domain/usdc-authorization'
import { SignerError } from '@/server/chain'
import { pool } from '@/server/core/db'
import { env, parseEnv } from '@/server/core/env'
import type { StandInCdp } from '@/test/harness/cdp-wallets'
import { testEnvironment } from '@/test/harness/environment'
import { createTestWorkspace } from '@/test/harness/factories'
import type { StandInKms } from '@/test/harness/kms'
import { TEST_WALLET_ENCRYPTION_KEY, testKey } from '@/test/harness/managed-wallets'
import { startSigningServices } from '@/test/harness/signing-services'
import type { Misbehaviour } from '@/test/harness/stand-in-server'
import {
  findManagedWallet,
  findWorkspaceManagedWallet,
  type ManagedWallet,
  STOCK_SIZE,
  signerOf,
  stockWallets,
} from '.'
import { createCdpAccount } from './cdp'
import { createKmsKey } from './kms'
import type { NewKey } from './managed-wallet'
import { sealPrivateKey, unsealPrivateKey } from './seal-private-key'

const CHAIN_ID = 31337

let kms: StandInKms
let cdp: StandInCdp
let wallets: Record<'kms' | 'cdp', ManagedWallet>

beforeAll(async () => {
  ;({ kms, cdp } = await startSigningServices())
  wallets = { kms: walletOf(await createKmsKey()), cdp: walletOf(await createCdpAccount()) }
})

afterEach(() => {
  kms.misbehave(null)
  cdp.misbehave(null)
})

afterAll(() => Promise.all([kms.stop(), cdp.stop()]))

const walletOf = (key: NewKey): ManagedWallet => ({ ...key, chainId: CHAIN_ID, workspaceId: null })

/** What a payout signs. */
const authorizationOf = (from: string) =>
  buildTransferAuthorization({
    chainId: CHAIN_ID,
    usdcAddress: checksummed(testKey('usdc').address),
    usdcDomainName: 'USD Coin',
    from: checksummed(from),
    to: checksummed(testKey('recipient').address),
    value: 2n ** 60n,
    validAfter: 0n,
    validBefore: 2_000_000_000n,
    nonce: `0x${'42'.repeat(32)}`,
  })

async function signedBy(wallet: ManagedWallet): Promise<string> {
  const typedData = authorizationOf(wallet.address)
  const signature = await signerOf(wallet).signTypedData(typedData)
  return storedAddress(await recoverTypedDataAddress({ ...typedData, signature }))
}

describe('keys that are sealed here', () => {
  test('the wallet that a workspace took out of the stock signs for its address', async () => {
    const { id } = await createTestWorkspace()
    const wallet = await findWorkspaceManagedWallet(id)
    if (!wallet) throw new Error('the workspace took no wallet')
    expect(await signedBy(wallet)).toBe(wallet.address)
    expect(await findManagedWallet({ chainId: CHAIN_ID, address: wallet.address })).toEqual(wallet)
  })

  test('a key that moved to the row of another wallet does not open', async () => {
    const [mine, other] = await Promise.all([createTestWorkspace(), createTestWorkspace()])
    await pool().query(
      `update managed_wallets set key_reference = (select key_reference from managed_wallets where workspace_id = $2)
        where workspace_id = $1`,
      [mine.id, other.id],
    )
    const wallet = await findWorkspaceManagedWallet(mine.id)
    if (!wallet) throw new Error('the workspace took no wallet')
    await expect(signedBy(wallet)).rejects.toMatchObject({ name: 'SignerError', kind: 'no_key' })
  })

  test('nothing opens with another key, for another address, or after any one byte was changed', () => {
    const { address, privateKey } = testKey('sealed')
    const encryptionKey = TEST_WALLET_ENCRYPTION_KEY
    const sealed = sealPrivateKey({ encryptionKey, address, privateKey })
    expect(unsealPrivateKey({ encryptionKey, address: checksummed(address), sealed })).toBe(privateKey)
    expect(sealPrivateKey({ encryptionKey, address, privateKey })).not.toBe(sealed)
    expect(sealed).not.toContain(privateKey.slice(2))
    expect(unsealPrivateKey({ encryptionKey: 'b1'.repeat(32), address, sealed })).toBeNull()
    expect(unsealPrivateKey({ encryptionKey, address: testKey('other').address, sealed })).toBeNull()
    const bytes = Buffer.from(sealed.slice(3), 'base64url')
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ 1
      expect(
        unsealPrivateKey({ encryptionKey, address, sealed: `v1.${damaged.toString('base64url')}` }),
      ).toBeNull()
    }
    for (const broken of ['', 'v1.', 'v2.x', `${sealed}.x`, sealed.slice(0, -4), 'none']) {
      expect(unsealPrivateKey({ encryptionKey, address, sealed: broken })).toBeNull()
    }
  })

  test.each(['WALLET_ENCRYPTION_KEY', 'CDP_WALLET_SECRET'])(
    'a web process that sees %s does not start',
    (name) => {
      const environment = {
        ...testEnvironment({ databaseUrl: 'postgresql://127.0.0.1/none' }),
        [name]: 'b0'.repeat(32),
      }
      expect(() => parseEnv({ ...environment, PROCESS_KIND: 'web' })).toThrow(
        `${name}: belongs to the worker only`,
      )
      expect(parseEnv({ ...environment, PROCESS_KIND: 'worker' })).toHaveProperty(name)
    },
  )
})

test.each([
  ['kms', ['AWS_REGION']],
  ['cdp', ['CDP_API_KEY_ID', 'CDP_API_KEY_SECRET', 'CDP_WALLET_SECRET']],
] as const)('a worker with WALLET_SIGNER=%s names what it lacks', (signer, names) => {
  const environment = testEnvironment({ databaseUrl: 'postgresql://127.0.0.1/none' })
  for (const name of names) {
    expect(() => parseEnv({ ...environment, PROCESS_KIND: 'worker', WALLET_SIGNER: signer })).toThrow(name)
  }
  expect(parseEnv({ ...environment, PROCESS_KIND: 'web', WALLET_SIGNER: signer }).WALLET_SIGNER).toBe(signer)
})

describe.each(['kms', 'cdp'] as const)('keys at a service: %s', (signer) => {
  const misbehave = (how: Misbehaviour) => (signer === 'kms' ? kms : cdp).misbehave(how)

  test('a key that was made there signs for the address that was answered', async () => {
    for (let round = 0; round < 8; round += 1)
      expect(await signedBy(wallets[signer])).toBe(wallets[signer].address)
  })

  test.each([
    ['refuses', 'denied'],
    ['away', 'unavailable'],
    ['unauthenticated', 'no_key'],
    ['otherKey', 'wrong_signature'],
    ['garbage', 'unavailable'],
  ] as const)('%s: no signature gets out, and the error says %s', async (how, kind) => {
    misbehave(how)
    const error = await signedBy(wallets[signer]).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SignerError)
    expect(error).toMatchObject({ kind })
  })

  test('one that never answers is given up', async () => {
    misbehave('never')
    const asked = signerOf(wallets[signer], { timeoutMilliseconds: 150 }).signTypedData(
      authorizationOf(wallets[signer].address),
    )
    await expect(asked).rejects.toMatchObject({ name: 'SignerError', kind: 'timeout' })
  })

  test('the stock is made there, sealed keys that nobody uses yet go, and a new workspace takes one that signs', async () => {
    const settings = env()
    const before = settings.WALLET_SIGNER
    settings.WALLET_SIGNER = signer
    try {
      const { id: earlier } = await createTestWorkspace()
      const kept = await findWorkspaceManagedWallet(earlier)
      await pool().query('delete from managed_wallets where workspace_id is null and signer <> $1', ['local'])
      expect((await stockWallets()).created).toBe(STOCK_SIZE)
      const wallet = await findWorkspaceManagedWallet((await createTestWorkspace()).id)
      if (!wallet) throw new Error('the workspace took no wallet')
      expect(wallet.signer).toBe(signer)
      expect(await signedBy(wallet)).toBe(wallet.address)
      expect(await findWorkspaceManagedWallet(earlier)).toEqual(kept)
    } finally {
      settings.WALLET_SIGNER = before
    }
  })

  test('while it is away the stock stays as it is and the round fails; the next one goes on', async () => {
    const settings = env()
    const before = settings.WALLET_SIGNER
    settings.WALLET_SIGNER = signer
    try {
      await pool().query('delete from managed_wallets where workspace_id is null')
      misbehave('refuses')
      await expect(stockWallets()).rejects.toMatchObject({ name: 'SignerError', kind: 'denied' })
      ;(signer === 'kms' ? kms : cdp).misbehave(null)
      expect((await stockWallets()).created).toBe(STOCK_SIZE)
    } finally {
      settings.WALLET_SIGNER = before
    }
  })

  test('a wallet that the service does not have is refused', async () => {
    const unknown = {
      ...wallets[signer],
      address: storedAddress(testKey('unknown').address),
      keyReference: 'unknown',
    }
    await expect(signedBy(unknown)).rejects.toMatchObject({ kind: 'denied' })
  })
})

test('KMS answers high and low s as it comes: both leave as the low one', async () => {
  kms.misbehave('highS')
  expect(await signedBy(wallets.kms)).toBe(wallets.kms.address)
})

test('a high s of a service that should know better is refused', async () => {
  cdp.misbehave('highS')
  await expect(signedBy(wallets.cdp)).rejects.toMatchObject({ kind: 'wrong_signature' })
})
