import { createPublicClient, createTestClient, http, type PublicClient } from 'viem'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBearerDoor } from '@/components/connect/bearer-door'
import { retry } from '@/components/wallet/flow-machine'
import type { FlowPorts, PrepayDoor } from '@/components/wallet/flow-ports'
import type { Flow, StepStage } from '@/components/wallet/flow-schema'
import { planPrepay } from '@/components/wallet/plan-prepay'
import { runFlow } from '@/components/wallet/run-flow'
import { localSettlementAddress, localUsdcAddress } from '@/domain/abi/local-addresses'
import { usdcAbi } from '@/domain/abi/usdc'
import { localTreasuryAddress } from '@/domain/local-accounts'
import { openChain } from '@/test/harness/chain'
import { balanceOf } from '@/test/harness/deposits'
import { createTestAgent, createTestWorkspace } from '@/test/harness/factories'
import { serveOwnOrigin } from '@/test/harness/own-origin'
import { makePayer, startSettling } from '@/test/harness/x402'

const transport = http(process.env.RPC_URL ?? '')
const client = createPublicClient({ chain: foundry, transport, pollingInterval: 20 }) as PublicClient
const node = createTestClient({ mode: 'anvil', chain: foundry, transport })
const chain = openChain()
const ONE_USDC = 1_000_000n
let worker: Awaited<ReturnType<typeof startSettling>>

serveOwnOrigin()
beforeAll(async () => {
  worker = await startSettling()
}, 120_000)
afterAll(() => worker?.stop())

async function makeSigner() {
  const account = await makePayer(chain, { usdc: 100n * ONE_USDC, allowsPermit2: false })
  // Whoever signs needs no ETH.
  await node.setBalance({ address: account.address, value: 0n })
  const agent = await createTestAgent({ workspaceId: (await createTestWorkspace()).id })
  const signer = { account, agent, popups: 0, declines: false }
  const refuse = () => Promise.reject(new Error('a payment by signature does not ask for this'))
  const ports: FlowPorts = {
    client,
    wallet: {
      paysGas: true,
      send: refuse,
      sendBatch: refuse,
      findBatch: refuse,
      signDeposit: refuse,
      signPayment: async (typedData) => {
        signer.popups += 1
        if (signer.declines) throw Object.assign(new Error('User rejected the request.'), { code: 4001 })
        return account.signTypedData(typedData)
      },
    },
    prepay: createBearerDoor({ token: agent.token, chainId: foundry.id }),
    config: { usdcAddress: localUsdcAddress, usdcDomainName: 'USD Coin' },
    requiredConfirmations: 6,
    pollMilliseconds: 50,
  }
  const plan = (amount: bigint) =>
    planPrepay({
      chainId: foundry.id,
      settlement: localSettlementAddress,
      wallet: account.address,
      agentId: agent.agentId,
      receiveAddress: localTreasuryAddress,
      confirmationsRequired: 6,
      amount,
      way: 'sign',
    })
  return Object.assign(signer, { ports, plan })
}

const usdcOf = (address: `0x${string}`) =>
  client.readContract({ address: localUsdcAddress, abi: usdcAbi, functionName: 'balanceOf', args: [address] })

type RunOptions = { ports: FlowPorts; mayOpenWallet?: boolean; stopAt?: StepStage['stage'] }

async function run(flow: Flow, { ports, mayOpenWallet = true, stopAt }: RunOptions) {
  const abort = new AbortController()
  const result = await runFlow({
    flow,
    ports,
    mayOpenWallet,
    signal: abort.signal,
    onReachable: () => undefined,
    onChange: (next) => {
      if (next.steps[0]?.state.stage === stopAt) abort.abort()
    },
  })
  return { result, state: result.steps[0]?.state }
}

/** Loses the first answer to a signed payment after the console has dealt with it. */
function losingFirstAnswer(door: PrepayDoor): PrepayDoor {
  let isLost = false
  return {
    ...door,
    pay: async (payment) => {
      const answer = await door.pay(payment)
      if (isLost) return answer
      isLost = true
      throw new Error('the answer did not arrive')
    },
  }
}

describe('signing instead of sending', () => {
  test('one signature without ETH is settled by the relayer and credited', async () => {
    const signer = await makeSigner()
    const { state } = await run(signer.plan(5n * ONE_USDC), signer)
    expect(state).toMatchObject({
      stage: 'done',
      hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      credit: { amount: '5000000', balance: '5000000' },
    })
    expect(signer.popups).toBe(1)
    expect(await usdcOf(signer.account.address)).toBe(95n * ONE_USDC)
  })

  test('the signature is stored before it is handed in: a reload pays with it, once', async () => {
    const signer = await makeSigner()
    const { result, state } = await run(signer.plan(2_500_001n), { ...signer, stopAt: 'paying' })
    expect(state).toMatchObject({ stage: 'paying', topUpId: null })
    for (const attempt of [1, 2]) {
      const resumed = await run(result, { ...signer, mayOpenWallet: false })
      expect(resumed.state, `attempt ${attempt}`).toMatchObject({
        stage: 'done',
        credit: { balance: '2500001' },
      })
    }
    expect(signer.popups).toBe(1)
    expect(await balanceOf(signer.agent.agentId)).toBe(2_500_001n)
  })

  test('a lost answer is asked for again with the same signature', async () => {
    const signer = await makeSigner()
    const ports = {
      ...signer.ports,
      prepay: losingFirstAnswer(createBearerDoor({ token: signer.agent.token, chainId: foundry.id })),
    }
    const { state } = await run(signer.plan(3n * ONE_USDC), { ports })
    expect(state).toMatchObject({ stage: 'done', credit: { balance: '3000000' } })
    expect(signer.popups).toBe(1)
    expect(await balanceOf(signer.agent.agentId)).toBe(3n * ONE_USDC)
  })

  test('declining is calm, and asking again goes on', async () => {
    const signer = await makeSigner()
    signer.declines = true
    const declined = await run(signer.plan(5n * ONE_USDC), signer)
    expect(declined.state).toEqual({ stage: 'rejected' })
    signer.declines = false
    expect((await run(retry(declined.result), signer)).state?.stage).toBe('done')
  })

  test('an amount outside 2.50 to 500 is refused in words before anything is signed', async () => {
    const signer = await makeSigner()
    const { state } = await run(signer.plan(2_499_999n), signer)
    expect(state).toMatchObject({ stage: 'failed', problem: 'server' })
    expect(signer.popups).toBe(0)
  })
})
