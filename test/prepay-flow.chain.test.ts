import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  http,
  type PublicClient,
  parseEther,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { beforeEach, describe, expect, test } from 'vitest'
import { createBearerDoor } from '@/components/connect/bearer-door'
import { advance, retry } from '@/components/wallet/flow-machine'
import type { FlowPorts } from '@/components/wallet/flow-ports'
import type { Flow, StepStage } from '@/components/wallet/flow-schema'
import { planPrepay } from '@/components/wallet/plan-prepay'
import { runFlow } from '@/components/wallet/run-flow'
import { localSettlementAddress, localUsdcAddress } from '@/domain/abi/local-addresses'
import { usdcAbi } from '@/domain/abi/usdc'
import { localAdminAddress, localTreasuryAddress } from '@/domain/local-accounts'
import { pool } from '@/server/core/db'
import { balanceOf } from '@/test/harness/deposits'
import { createTestAgent, createTestWorkspace, linkTestWallet } from '@/test/harness/factories'
import { serveOwnOrigin } from '@/test/harness/own-origin'

const transport = http(process.env.RPC_URL ?? '')
const client = createPublicClient({ chain: foundry, transport, pollingInterval: 20 }) as PublicClient
const node = createTestClient({ mode: 'anvil', chain: foundry, transport })
const admin = createWalletClient({ account: localAdminAddress, chain: foundry, transport })
const usdc = { address: localUsdcAddress, abi: usdcAbi } as const
const ONE_USDC = 1_000_000n

serveOwnOrigin()

type Payer = Awaited<ReturnType<typeof makePayer>>

/** An agent with its bearer, and a wallet with 100 USDC that may be linked to it. */
async function makePayer({ isLinked = true } = {}) {
  const account = privateKeyToAccount(generatePrivateKey())
  const wallet = createWalletClient({ account, chain: foundry, transport })
  await node.setBalance({ address: account.address, value: parseEther('1') })
  await client.waitForTransactionReceipt({
    hash: await admin.writeContract({
      ...usdc,
      functionName: 'mint',
      args: [account.address, 100n * ONE_USDC],
    }),
  })
  const workspace = await createTestWorkspace()
  const agent = await createTestAgent({
    workspaceId: workspace.id,
    wallets: isLinked ? [account.address] : [],
  })
  const payer = { account, agent, popups: 0, declines: false }
  const popup = () => {
    payer.popups += 1
    if (payer.declines) throw Object.assign(new Error('User rejected the request.'), { code: 4001 })
  }
  const refuse = () => Promise.reject(new Error('a prepaid payment does not ask for this'))
  const ports: FlowPorts = {
    client,
    wallet: {
      paysGas: true,
      send: async (call) => {
        popup()
        return wallet.sendTransaction(call)
      },
      sendBatch: refuse,
      findBatch: refuse,
      signDeposit: refuse,
      signPayment: async (typedData) => {
        popup()
        return account.signTypedData(typedData)
      },
    },
    prepay: createBearerDoor({ token: agent.token, chainId: foundry.id }),
    config: { usdcAddress: localUsdcAddress, usdcDomainName: 'USD Coin' },
    requiredConfirmations: 6,
    pollMilliseconds: 20,
  }
  const plan = (amount = 5n * ONE_USDC) =>
    planPrepay({
      chainId: foundry.id,
      settlement: localSettlementAddress,
      wallet: account.address,
      agentId: agent.agentId,
      receiveAddress: localTreasuryAddress,
      confirmationsRequired: 6,
      amount,
      way: 'send',
    })
  return Object.assign(payer, { ports, plan })
}

type RunOptions = { mayOpenWallet?: boolean; stopAt?: (state: StepStage) => boolean }

/** Runs a flow; each state that waits for a block gets one. */
async function run({ ports }: Payer, flow: Flow, { mayOpenWallet = true, stopAt }: RunOptions = {}) {
  const states: StepStage[] = []
  const abort = new AbortController()
  const result = await runFlow({
    flow,
    ports,
    mayOpenWallet,
    signal: abort.signal,
    onReachable: () => undefined,
    onChange: (next) => {
      const state = next.steps[0]?.state
      if (!state) return
      states.push(state)
      if (stopAt?.(state)) abort.abort()
      else if (state.stage === 'in-block') void node.mine({ blocks: 1 })
    },
  })
  return { state: result.steps[0]?.state, result, states }
}

const keptClaims = async (hash: string) =>
  (await pool().query('select claimed_by from deposits where tx_hash = $1', [hash])).rows

let payer: Payer
beforeEach(async () => {
  payer = await makePayer()
})

describe('sending with the wallet', () => {
  test('one popup, the confirmations are counted, and it ends with the credit and the balance', async () => {
    const { state, states } = await run(payer, payer.plan())
    expect(state).toMatchObject({ stage: 'done', credit: { amount: '5000000', balance: '5000000' } })
    expect(payer.popups).toBe(1)
    expect(await balanceOf(payer.agent.agentId)).toBe(5n * ONE_USDC)
    const counted = states.flatMap((each) => (each.stage === 'in-block' ? [each.confirmations] : []))
    expect(counted[0]).toBe(1)
    expect(counted).toEqual(counted.toSorted((a, b) => a - b))
  })

  test('the claim is kept with the first block: leaving the page afterwards loses nothing', async () => {
    const { state } = await run(payer, payer.plan(), {
      stopAt: (each) => each.stage === 'in-block' && each.nextClaimAt !== undefined,
    })
    if (state?.stage !== 'in-block') throw new Error(`stopped at ${state?.stage}`)
    expect(await keptClaims(state.hash)).toEqual([{ claimed_by: payer.agent.agentId }])
  })

  test('a reload on the way goes on without a popup and is credited once', async () => {
    const { result } = await run(payer, payer.plan(), { stopAt: ({ stage }) => stage === 'sent' })
    const resumed = await run(payer, result, { mayOpenWallet: false })
    expect(resumed.state).toMatchObject({ stage: 'done', credit: { balance: '5000000' } })
    expect(payer.popups).toBe(1)
    const again = await run(payer, result, { mayOpenWallet: false })
    expect(again.state).toMatchObject({ stage: 'done', credit: { balance: '5000000' } })
    expect(await balanceOf(payer.agent.agentId)).toBe(5n * ONE_USDC)
  })

  test('a reload while the wallet was open finds the transfer by its log and never sends another', async () => {
    const [nonce, block] = await Promise.all([
      client.getTransactionCount({ address: payer.account.address }),
      client.getBlockNumber({ cacheTime: 0 }),
    ])
    const stored = advance(payer.plan(), { stage: 'signing', nonce, block: block.toString() })
    const wallet = createWalletClient({ account: payer.account, chain: foundry, transport })
    await wallet.writeContract({
      ...usdc,
      functionName: 'transfer',
      args: [localTreasuryAddress, 5n * ONE_USDC],
    })
    const resumed = await run(payer, stored, { mayOpenWallet: false })
    expect(resumed.state?.stage).toBe('done')
    expect(payer.popups).toBe(0)
  })

  test('declining is calm: nothing was sent, and asking again goes on', async () => {
    payer.declines = true
    const declined = await run(payer, payer.plan())
    expect(declined.state).toEqual({ stage: 'rejected' })
    payer.declines = false
    const { state } = await run(payer, retry(declined.result))
    expect(state?.stage).toBe('done')
    expect(payer.popups).toBe(2)
  })

  test('too little USDC is said before the wallet opens', async () => {
    const { state } = await run(payer, payer.plan(100n * ONE_USDC + 1n))
    expect(state).toMatchObject({ stage: 'failed', problem: 'no-usdc' })
    expect(payer.popups).toBe(0)
  })

  test('from a wallet that is not linked: the money is named, and after linking the same transfer is credited', async () => {
    const stranger = await makePayer({ isLinked: false })
    const { state, result } = await run(stranger, stranger.plan())
    expect(state).toMatchObject({ stage: 'unclaimed', code: 'SENDER_NOT_LINKED' })
    const { agentId, workspaceId } = stranger.agent
    await linkTestWallet({ agentId, workspaceId, wallet: stranger.account.address })
    const claimed = await run(stranger, retry(result))
    expect(claimed.state).toMatchObject({ stage: 'done', credit: { balance: '5000000' } })
    expect(stranger.popups).toBe(1)
  })

  test('a bearer that died on the way is named, and the transfer stays claimable with a new one', async () => {
    const { result } = await run(payer, payer.plan(), { stopAt: ({ stage }) => stage === 'sent' })
    const dead = createBearerDoor({ token: `${payer.agent.token.slice(0, -4)}0000`, chainId: foundry.id })
    const refused = await run({ ...payer, ports: { ...payer.ports, prepay: dead } }, result, {
      mayOpenWallet: false,
    })
    expect(refused.state).toMatchObject({ stage: 'unclaimed', code: 'unauthenticated' })
    const { state } = await run(payer, retry(refused.result))
    expect(state).toMatchObject({ stage: 'done', credit: { balance: '5000000' } })
  })

  test('below the minimum is refused in words that say where the USDC is', async () => {
    const { state } = await run(payer, payer.plan(ONE_USDC - 1n))
    expect(state).toMatchObject({
      stage: 'unclaimed',
      code: 'BELOW_MINIMUM',
      words: expect.stringContaining('at the receive address'),
    })
    expect(await balanceOf(payer.agent.agentId)).toBe(0n)
  })

  test('sped up in the wallet: the transaction that took its place is credited', async () => {
    const address = payer.account.address
    const [nonce, block] = await Promise.all([
      client.getTransactionCount({ address }),
      client.getBlockNumber({ cacheTime: 0 }),
    ])
    const wallet = createWalletClient({ account: payer.account, chain: foundry, transport })
    const faster = await wallet.writeContract({
      ...usdc,
      functionName: 'transfer',
      args: [localTreasuryAddress, 5n * ONE_USDC],
    })
    const stored = [
      { stage: 'signing', nonce, block: block.toString() },
      { stage: 'sent', hash: `0x${'dd'.repeat(32)}`, nonce, block: block.toString(), sentAt: Date.now() },
    ] satisfies StepStage[]
    const { state } = await run(payer, stored.reduce(advance, payer.plan()), { mayOpenWallet: false })
    expect(state).toMatchObject({ stage: 'done', hash: faster, credit: { amount: '5000000' } })
  })
})
