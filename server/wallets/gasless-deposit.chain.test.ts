import { randomBytes } from 'node:crypto'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { beforeAll, describe, expect, test } from 'vitest'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { storedAddress } from '@/domain/address'
import { buildReceiveAuthorization } from '@/domain/receive-authorization'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { registerRelayers, trackRelays } from '@/server/relayer'
import { openChain } from '@/test/harness/chain'
import { createTestWorkspace } from '@/test/harness/factories'
import { authorizeDeposit, listDepositAuthorizations } from './authorize-deposit'
import { relayDeposits } from './relay-deposits'

const ONE_USDC = 1_000_000n
const chain = openChain()
const makeAccount = () => privateKeyToAccount(generatePrivateKey())
type Overrides = {
  value?: bigint
  validBefore?: bigint
  nonce?: `0x${string}`
  signer?: ReturnType<typeof makeAccount>
}

async function makeDepositor(usdc = 100n * ONE_USDC) {
  const account = makeAccount()
  await chain.fund(account.address, usdc)
  const workspace = await createTestWorkspace({ walletAddress: storedAddress(account.address) })
  return { account, workspace }
}

async function sign(
  account: ReturnType<typeof makeAccount>,
  { value = 5n * ONE_USDC, validBefore, nonce, signer = account }: Overrides = {},
) {
  const { timestamp } = await chain.client.getBlock()
  const authorization = {
    value,
    validAfter: 0n,
    validBefore: validBefore ?? timestamp + 3600n,
    nonce: nonce ?? (`0x${randomBytes(32).toString('hex')}` as const),
  }
  const signature = await signer.signTypedData(
    buildReceiveAuthorization({
      ...authorization,
      chainId: 31337,
      usdcAddress: env().USDC_ADDRESS,
      usdcDomainName: 'USD Coin',
      from: account.address,
      to: env().SETTLEMENT_ADDRESS,
    }),
  )
  return {
    value: value.toString(),
    validAfter: '0',
    validBefore: authorization.validBefore.toString(),
    nonce: authorization.nonce,
    signature,
  }
}

const poolOf = (address: `0x${string}`) =>
  chain.client.readContract({
    address: env().SETTLEMENT_ADDRESS,
    abi: luxxonSettlementAbi,
    functionName: 'deposits',
    args: [address],
  })

async function mineAndRelay(blocks = 3) {
  await chain.client.mine({ blocks })
  await trackRelays()
  await relayDeposits()
}

beforeAll(registerRelayers)

describe('a deposit without gas', () => {
  test('is sent by the relayer, credited to the signer, and confirmed at three blocks', async () => {
    const { account, workspace } = await makeDepositor()
    const view = await authorizeDeposit({
      workspaceId: workspace.id,
      actor: workspace.walletAddress,
      input: await sign(account),
    })
    expect(view.status).toBe('authorized')

    await relayDeposits()
    expect(await poolOf(account.address)).toBe(5n * ONE_USDC)
    const [shallow] = await listDepositAuthorizations({ workspaceId: workspace.id })
    expect(shallow?.status).toBe('broadcasting')

    await mineAndRelay()
    const [final] = await listDepositAuthorizations({ workspaceId: workspace.id })
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
    const { account, workspace } = await makeDepositor()
    await authorizeDeposit({
      workspaceId: workspace.id,
      actor: workspace.walletAddress,
      input: await sign(account),
    })
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
    const { account, workspace } = await makeDepositor()
    const input = await sign(account)
    await authorizeDeposit({ workspaceId: workspace.id, actor: workspace.walletAddress, input })
    const stranger = makeAccount()
    await chain.fund(stranger.address, 0n)
    const hash = await chain.client.writeContract({
      account: stranger,
      address: env().SETTLEMENT_ADDRESS,
      abi: luxxonSettlementAbi,
      functionName: 'depositWithAuthorization',
      args: [
        account.address,
        BigInt(input.value),
        0n,
        BigInt(input.validBefore),
        input.nonce,
        input.signature,
      ],
    })
    await mineAndRelay()
    const [final] = await listDepositAuthorizations({ workspaceId: workspace.id })
    expect(final).toMatchObject({ status: 'confirmed', txHash: hash })
    expect(await poolOf(account.address)).toBe(5n * ONE_USDC)
  })

  test('that was stored but never sent (a crash in between) is sent from its stored bytes', async () => {
    const { account, workspace } = await makeDepositor()
    await authorizeDeposit({
      workspaceId: workspace.id,
      actor: workspace.walletAddress,
      input: await sign(account),
    })
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
    const [final] = await listDepositAuthorizations({ workspaceId: workspace.id })
    expect(final).toMatchObject({ status: 'confirmed', txHash: open?.hash })
  })

  test('whose block is reorganised away is sent again as the same bytes and credited once', async () => {
    const { account, workspace } = await makeDepositor()
    await authorizeDeposit({
      workspaceId: workspace.id,
      actor: workspace.walletAddress,
      input: await sign(account),
    })
    await relayDeposits()
    await trackRelays()
    const [sent] = await listDepositAuthorizations({ workspaceId: workspace.id })
    await chain.reorg(1)
    expect(await poolOf(account.address)).toBe(0n)
    await trackRelays()
    expect(await poolOf(account.address)).toBe(5n * ONE_USDC)
    await mineAndRelay()
    const [final] = await listDepositAuthorizations({ workspaceId: workspace.id })
    expect(final).toMatchObject({ status: 'confirmed', txHash: sent?.txHash })
  })

  test('that would revert is failed with the reason and never sent', async () => {
    const { account, workspace } = await makeDepositor(6n * ONE_USDC)
    await authorizeDeposit({
      workspaceId: workspace.id,
      actor: workspace.walletAddress,
      input: await sign(account),
    })
    const spend = await chain.client.writeContract({
      account,
      address: env().USDC_ADDRESS,
      abi: [
        {
          type: 'function',
          name: 'transfer',
          stateMutability: 'nonpayable',
          inputs: [{ type: 'address' }, { type: 'uint256' }],
          outputs: [{ type: 'bool' }],
        },
      ],
      functionName: 'transfer',
      args: [makeAccount().address, 6n * ONE_USDC],
    })
    await chain.client.waitForTransactionReceipt({ hash: spend })
    await relayDeposits()
    const [final] = await listDepositAuthorizations({ workspaceId: workspace.id })
    expect(final?.status).toBe('failed')
    expect(final?.failureReason).toMatch(/^would_revert: .*exceeds balance/)
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
    expect((await listDepositAuthorizations({ workspaceId: workspace.id }))[0]?.status).toBe('authorized')
    await chain.client.mine({ blocks: 4 })
    await relayDeposits()
    expect((await listDepositAuthorizations({ workspaceId: workspace.id }))[0]).toMatchObject({
      status: 'failed',
      failureReason: 'authorization_expired',
    })
    expect(await poolOf(account.address)).toBe(0n)
  })
})

describe('a wrong authorization changes nothing', () => {
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
    expect(await listDepositAuthorizations({ workspaceId: workspace.id })).toEqual([])
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
