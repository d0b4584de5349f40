import { beforeAll, describe, expect, test } from 'vitest'
import { usdcAbi } from '@/domain/abi/usdc'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers, trackRelays } from '@/server/relayer'
import {
  chain,
  lookAgain,
  makeAccount,
  makeDeposit,
  makeDepositor,
  mineAndRelay,
  ONE_USDC,
  poolOf,
  sendAsStranger,
  sign,
  stored,
} from '@/test/harness/gasless-deposits'
import { authorizeDeposit, listDepositAuthorizations } from './authorize-deposit'
import { relayDeposits } from './relay-deposits'

beforeAll(registerRelayers)

describe('a deposit without gas', () => {
  test('is sent by the relayer, credited to the signer, and confirmed at three blocks', async () => {
    const { account, workspace, view } = await makeDeposit()
    expect(view.status).toBe('authorized')

    await relayDeposits()
    expect(await poolOf(account.address)).toBe(5n * ONE_USDC)
    const shallow = await stored(workspace.id)
    expect(shallow?.status).toBe('broadcasting')

    await mineAndRelay()
    const final = await stored(workspace.id)
    expect(final).toMatchObject({ status: 'confirmed', amountUsdc: '5000000' })
    expect(await poolOf(account.address)).toBe(5n * ONE_USDC)
  })

  test('sent twice is stored once, and the second answer is the first', async () => {
    const { account, workspace } = await makeDepositor()
    const input = await sign(account)
    const first = await authorizeDeposit({ workspaceId: workspace.id, actor: workspace.walletAddress, input })
    const second = await authorizeDeposit({
      workspaceId: workspace.id,
      actor: workspace.walletAddress,
      input,
    })
    expect(second.depositAuthorizationId).toBe(first.depositAuthorizationId)
  })

  test('of eight workers at once reaches the pool exactly once', async () => {
    const { account, workspace } = await makeDeposit()
    await Promise.all(Array.from({ length: 8 }, () => relayDeposits()))
    await mineAndRelay()
    expect(await poolOf(account.address)).toBe(5n * ONE_USDC)
    const { rows } = await pool().query(
      'select status from relayer_transactions where reference = (select id::text from deposit_authorizations where workspace_id = $1)',
      [workspace.id],
    )
    expect(rows).toHaveLength(1)
  })

  test('that a stranger sends first is confirmed with the stranger’s hash', async () => {
    const { account, workspace, input } = await makeDeposit()
    const hash = await sendAsStranger(account.address, input)
    await mineAndRelay()
    const final = await stored(workspace.id)
    expect(final).toMatchObject({ status: 'confirmed', txHash: hash })
    expect(await poolOf(account.address)).toBe(5n * ONE_USDC)
  })

  test('that was stored but never sent (a crash in between) is sent from its stored bytes', async () => {
    const { account, workspace } = await makeDeposit()
    // The transaction is taken from the node's pool and the record of its sending is undone, as after a crash.
    await chain.client.setAutomine(false)
    await relayDeposits()
    const [open] = (
      await pool().query<{ hash: `0x${string}` }>(
        `select hash from relayer_transactions where status in ('prepared', 'sent')`,
      )
    ).rows
    await chain.client.dropTransaction({ hash: open?.hash ?? '0x' })
    await pool().query(
      `update relayer_transactions set status = 'prepared', sent_at = null where hash = $1`,
      [open?.hash],
    )
    await chain.client.setAutomine(true)
    await trackRelays()
    await mineAndRelay()
    expect(await poolOf(account.address)).toBe(5n * ONE_USDC)
    const final = await stored(workspace.id)
    expect(final).toMatchObject({ status: 'confirmed', txHash: open?.hash })
  })

  test('whose block is reorganised away is sent again as the same bytes and credited once', async () => {
    const { account, workspace } = await makeDeposit()
    await relayDeposits()
    await trackRelays()
    const sent = await stored(workspace.id)
    await chain.reorg(1)
    expect(await poolOf(account.address)).toBe(0n)
    await trackRelays()
    expect(await poolOf(account.address)).toBe(5n * ONE_USDC)
    await mineAndRelay()
    const final = await stored(workspace.id)
    expect(final).toMatchObject({ status: 'confirmed', txHash: sent?.txHash })
  })

  describe('that would revert', () => {
    async function emptyWallet(account: ReturnType<typeof makeAccount>, amount: bigint) {
      const hash = await chain.client.writeContract({
        account,
        address: env().USDC_ADDRESS,
        abi: usdcAbi,
        functionName: 'transfer',
        args: [makeAccount().address, amount],
      })
      await chain.client.waitForTransactionReceipt({ hash })
    }

    async function makeStuck() {
      const { account, workspace, input } = await makeDeposit(6n * ONE_USDC)
      await emptyWallet(account, 6n * ONE_USDC)
      await relayDeposits()
      return { account, workspace, input }
    }

    test('stays open, says why, is not asked about again within seconds, and is sent once it can be', async () => {
      const { account, workspace } = await makeStuck()
      const stuck = await stored(workspace.id)
      expect(stuck).toMatchObject({ status: 'authorized', failureReason: null, txHash: null })
      expect(stuck?.waitingFor).toMatch(/^would_revert: .*exceeds balance/)
      expect(await relayDeposits()).toMatchObject({ claimed: 0 })

      await chain.fund(account.address, 5n * ONE_USDC)
      await lookAgain()
      expect(await poolOf(account.address)).toBe(5n * ONE_USDC)
      await mineAndRelay()
      const final = await stored(workspace.id)
      expect(final).toMatchObject({ status: 'confirmed', waitingFor: null })
    })

    test('is confirmed when a stranger sends it later', async () => {
      const { account, workspace, input } = await makeStuck()
      await chain.fund(account.address, 5n * ONE_USDC)
      const hash = await sendAsStranger(account.address, input)
      await chain.client.mine({ blocks: 3 })
      await lookAgain()
      const final = await stored(workspace.id)
      expect(final).toMatchObject({ status: 'confirmed', txHash: hash, waitingFor: null })
    })

    test('fails when its authorization is provably dead', async () => {
      const { workspace } = await makeStuck()
      await chain.client.increaseTime({ seconds: 3700 })
      await chain.client.mine({ blocks: 5 })
      await lookAgain()
      const final = await stored(workspace.id)
      expect(final).toMatchObject({ status: 'failed', failureReason: 'authorization_expired' })
    })
  })

  describe('of a workspace that has spent its gas of the day', () => {
    const gasOf = async (workspaceId: string) => {
      const { rows } = await pool().query<{ spent: bigint; reserved: bigint }>(
        'select spent_wei as spent, reserved_wei as reserved from workspace_gas_days where workspace_id = $1',
        [workspaceId],
      )
      return rows[0] ?? { spent: 0n, reserved: 0n }
    }

    test('waits for gas allowance and goes on the next day, while others are sent', async () => {
      const { account, workspace } = await makeDepositor()
      await pool().query(
        `insert into workspace_gas_days (workspace_id, day, spent_wei) values ($1, (now() at time zone 'UTC')::date, $2)`,
        [workspace.id, env().GAS_ALLOWANCE_WEI_PER_DAY],
      )
      const other = await makeDepositor()
      for (const depositor of [{ account, workspace }, other]) {
        await authorizeDeposit({
          workspaceId: depositor.workspace.id,
          actor: depositor.workspace.walletAddress,
          input: await sign(depositor.account),
        })
      }
      await relayDeposits()
      expect((await listDepositAuthorizations({ workspaceId: workspace.id })).deposits).toMatchObject([
        { status: 'authorized', waitingFor: 'gas_allowance', txHash: null },
      ])
      expect(await poolOf(other.account.address)).toBe(5n * ONE_USDC)

      await pool().query('update workspace_gas_days set day = day - 1 where workspace_id = $1', [
        workspace.id,
      ])
      await lookAgain()
      expect(await poolOf(account.address)).toBe(5n * ONE_USDC)
    })

    test('what is open counts at its most, what is mined at what it cost, what a reorganisation took back as open', async () => {
      const { workspace } = await makeDeposit()
      await relayDeposits()
      const open = await gasOf(workspace.id)
      expect(open.spent).toBe(0n)
      expect(open.reserved).toBeGreaterThan(0n)

      await trackRelays()
      const view = await stored(workspace.id)
      const receipt = await chain.client.getTransactionReceipt({ hash: view?.txHash as `0x${string}` })
      expect(await gasOf(workspace.id)).toEqual({
        spent: receipt.gasUsed * receipt.effectiveGasPrice,
        reserved: 0n,
      })

      await chain.client.setAutomine(false)
      await chain.reorg(1)
      await trackRelays()
      expect(await gasOf(workspace.id)).toEqual(open)
      await chain.client.setAutomine(true)
      await chain.client.mine({ blocks: 1 })
      await trackRelays()
      expect((await gasOf(workspace.id)).reserved).toBe(0n)
    })
  })

  test('that nobody could send in time fails only when a final block is past its end', async () => {
    const { account, workspace } = await makeDepositor()
    const { timestamp } = await chain.client.getBlock()
    await authorizeDeposit({
      workspaceId: workspace.id,
      actor: workspace.walletAddress,
      input: await sign(account, { validBefore: timestamp + 200n }),
    })
    await chain.client.increaseTime({ seconds: 300 })
    await chain.client.mine({ blocks: 1 })
    await relayDeposits()
    expect((await stored(workspace.id))?.status).toBe('authorized')
    await chain.client.mine({ blocks: 4 })
    await lookAgain()
    expect(await stored(workspace.id)).toMatchObject({
      status: 'failed',
      failureReason: 'authorization_expired',
    })
    expect(await poolOf(account.address)).toBe(0n)
  })
})

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const otherV = (signature: string) => (signature.endsWith('1b') ? '1c' : '1b')
const WITHOUT_27 = (signature: string) =>
  `${signature.slice(0, 130)}${signature.endsWith('1b') ? '00' : '01'}`
const WITH_HIGH_S = (signature: string) => {
  const s = (ORDER - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, '0')
  return `${signature.slice(0, 66)}${s}${otherV(signature)}`
}
// ERC-6492 around a plain signature: its magic value at the end.
const WRAPPED = (signature: string) => `${signature}${'6492'.repeat(16)}`

describe('a wrong authorization changes nothing', () => {
  test.each([
    ['a v of 0 or 1', WITHOUT_27],
    ['a high s', WITH_HIGH_S],
    ['a wrapper of ERC-6492 around nothing', WRAPPED],
  ])('%s, with which USDC would take it never', async (_, change) => {
    const { account, workspace } = await makeDepositor()
    const input = await sign(account)
    await expect(
      authorizeDeposit({
        workspaceId: workspace.id,
        actor: workspace.walletAddress,
        input: { ...input, signature: change(input.signature) },
      }),
    ).rejects.toMatchObject({ code: 'authorization_invalid', param: 'signature' })
    expect(await listDepositAuthorizations({ workspaceId: workspace.id })).toMatchObject({ deposits: [] })
    await authorizeDeposit({ workspaceId: workspace.id, actor: workspace.walletAddress, input })
  })

  test.each([
    ['below 1 USDC', { value: 999_999n }, 'authorization_invalid'],
    ['more than the wallet holds', { value: 1_000n * ONE_USDC }, 'insufficient_funds'],
    ['of another key', { signer: makeAccount() }, 'authorization_invalid'],
    ['past its time', { validBefore: 1n }, 'authorization_invalid'],
  ] as const)('%s', async (_, overrides, code) => {
    const { account, workspace } = await makeDepositor()
    const input = await sign(account, overrides)
    await expect(
      authorizeDeposit({ workspaceId: workspace.id, actor: workspace.walletAddress, input }),
    ).rejects.toMatchObject({ code })
    expect((await listDepositAuthorizations({ workspaceId: workspace.id })).deposits).toEqual([])
  })

  test('while the settlement is paused', async () => {
    const { account, workspace } = await makeDepositor()
    const input = await sign(account)
    await chain.setPaused(true)
    await expect(
      authorizeDeposit({ workspaceId: workspace.id, actor: workspace.walletAddress, input }),
    ).rejects.toMatchObject({ code: 'settlement_paused' })
    await chain.setPaused(false)
  })
})
