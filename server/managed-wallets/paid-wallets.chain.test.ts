import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { registerRelayers } from '@/server/relayer'
import { type StandInCdp, startCdp } from '@/test/harness/cdp-wallets'
import { type StandInKms, startKms } from '@/test/harness/kms'
import {
  AMOUNT,
  ask,
  chain,
  expectPaidOnce,
  held,
  historyOf,
  openAlarms,
  openScene,
  round,
  rowOf,
  scene,
  setKilled,
  settle,
  USDC,
} from '@/test/harness/payout-scene'
import { getManagedWallet, sweepWallet } from '.'
import { createCdpAccount } from './cdp'
import { createKmsKey } from './kms'
import type { NewKey } from './managed-wallet'

const MINUTES = 120_000
const FUNDS = 100n * USDC

beforeAll(registerRelayers)

async function sweep(amount: bigint): Promise<string> {
  const { payoutId } = await sweepWallet({
    workspaceId: scene.workspace.id,
    walletAddress: scene.workspace.walletAddress,
    amount,
    actor: { address: scene.workspace.walletAddress, requestId: null },
    idempotencyKey: randomUUID(),
  })
  const { rows } = await pool().query<{ id: string }>('select id from payouts where payout_id = $1', [
    payoutId,
  ])
  return rows[0]?.id ?? ''
}

const view = () =>
  getManagedWallet({ workspaceId: scene.workspace.id, walletAddress: scene.workspace.walletAddress })

describe('sending the payout wallet back', () => {
  test(
    'all of it arrives in the workspace’s wallet, once, and the panel follows it',
    async () => {
      await openScene({ funds: FUNDS })
      const id = await sweep(FUNDS)
      expect(await view()).toMatchObject({ available: '0', reserved: FUNDS.toString() })
      await round()
      await settle()
      expect(await rowOf(id)).toMatchObject({ status: 'confirmed', amount: FUNDS })
      expect((await rowOf(id)).finalized_at).not.toBeNull()
      expect(await held(scene.workspace.walletAddress)).toBe(FUNDS)
      expect(await view()).toMatchObject({
        balance: '0',
        reserved: '0',
        available: '0',
        lastSweep: { status: 'confirmed', amount: FUNDS.toString() },
      })
    },
    MINUTES,
  )

  test(
    'of what a payout takes first, one of the two fails before anything of it is signed',
    async () => {
      await openScene({ funds: FUNDS })
      const payout = await ask({ amount: AMOUNT })
      const id = await sweep(FUNDS)
      await round()
      await settle()
      const rows = [await rowOf(payout.id), await rowOf(id)]
      expect(rows.map(({ status }) => status).sort()).toEqual(['confirmed', 'failed'])
      const failed = rows.find(({ status }) => status === 'failed')
      expect(failed).toMatchObject({ failure_reason: 'insufficient_funds', signature: null })
      const paid = (await held(payout.to)) + (await held(scene.workspace.walletAddress))
      expect((await held(scene.wallet)) + paid).toBe(FUNDS)
    },
    MINUTES,
  )

  test(
    'is not signed once a person has stopped all payouts',
    async () => {
      await openScene({ funds: FUNDS })
      const id = await sweep(USDC)
      await setKilled(true)
      await round()
      expect(await historyOf(id)).toEqual(['authorized', 'failed:killed'])
      expect(await held(scene.wallet)).toBe(FUNDS)
    },
    MINUTES,
  )
})

describe('a payout from a wallet whose key is at a service', () => {
  let services: { kms: StandInKms; cdp: StandInCdp }
  beforeAll(async () => {
    const [kms, cdp] = await Promise.all([startKms(), startCdp()])
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_KMS: kms.url,
      AWS_ACCESS_KEY_ID: 'AKIDTEST',
      AWS_SECRET_ACCESS_KEY: 'a-secret-of-tests',
    })
    const { env } = await import('@/server/core/env')
    // The environment is parsed once, by the first test of this file at the latest.
    Object.assign(env(), cdp.environment, { CDP_API_URL: cdp.url, AWS_REGION: 'eu-central-1' })
    services = { kms, cdp }
  })
  afterAll(() => Promise.all([services.kms.stop(), services.cdp.stop()]))

  /** The scene's workspace pays from this wallet instead of its own. */
  async function replaceWallet({ address, signer, keyReference }: NewKey) {
    await pool().query('delete from managed_wallets where workspace_id = $1', [scene.workspace.id])
    await pool().query(
      `insert into managed_wallets (chain_id, address, workspace_id, signer, key_reference, assigned_at)
       values (31337, $1, $2, $3, $4, now())`,
      [address, scene.workspace.id, signer, keyReference],
    )
    scene.wallet = address
    await chain.fund(address, FUNDS)
  }

  test.each([
    ['AWS KMS', createKmsKey],
    ['Coinbase', createCdpAccount],
  ])(
    '%s is signed there and paid once',
    async (_, createKey) => {
      await openScene({ funds: 0n })
      await replaceWallet(await createKey())
      const payout = await ask()
      await round()
      await settle()
      await expectPaidOnce(payout)
    },
    MINUTES,
  )

  test.each([
    ['AWS KMS', 'kms', createKmsKey, { status: 400, body: { __type: 'ValidationException' } }],
    ['Coinbase', 'cdp', createCdpAccount, { status: 400, body: { errorType: 'invalid_request' } }],
  ] as const)(
    '%s away, garbled or denying the key: it waits with an alarm and is paid; refusing the very request: it ends',
    async (_, service, createKey, refusal) => {
      await openScene({ funds: 0n })
      await replaceWallet(await createKey())
      const payout = await ask()
      const cases = [
        [{ status: 200, body: '<html>maintenance</html>' }, 'signer'],
        ['away', 'signer'],
        ['refuses', 'signer_denied'],
        ['otherKey', 'wrong_signature'],
      ] as const
      for (const [how, waitingFor] of cases) {
        services[service].misbehave(how)
        await round()
        expect(await rowOf(payout.id)).toMatchObject({ status: 'signing', waiting_for: waitingFor })
        expect(await openAlarms(payout.id)).toEqual(['payout_waits'])
      }
      services[service].misbehave(null)
      await settle()
      await expectPaidOnce(payout)
      services[service].misbehave(refusal)
      const refused = await ask()
      await round()
      expect(await rowOf(refused.id)).toMatchObject({
        status: 'failed',
        failure_reason: 'signing_failed:signer_refused',
        signature: null,
      })
      services[service].misbehave(null)
    },
    MINUTES,
  )
})
