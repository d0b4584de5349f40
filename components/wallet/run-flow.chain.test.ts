import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  type Hash,
  http,
  type PublicClient,
  parseEther,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { beforeEach, describe, expect, test } from 'vitest'
import { localSettlementAddress, localUsdcAddress } from '@/domain/abi/local-addresses'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { usdcAbi } from '@/domain/abi/usdc'
import { localAdminAddress } from '@/domain/local-accounts'
import { MAX_UINT256 } from '@/domain/money'
import type { DepositAuthorizationView } from '@/domain/wallet'
import { advance } from './flow-machine'
import type { FlowPorts } from './flow-ports'
import type { Flow, StepStage } from './flow-schema'
import { runFlow } from './run-flow'
import { planTopUp, planWithdraw } from './top-up-plan'

const rpcUrl = process.env.RPC_URL ?? ''
const transport = http(rpcUrl)
const client = createPublicClient({ chain: foundry, transport, pollingInterval: 20 }) as PublicClient
const node = createTestClient({ mode: 'anvil', chain: foundry, transport })
const admin = createWalletClient({ account: localAdminAddress, chain: foundry, transport })
const usdc = { address: localUsdcAddress, abi: usdcAbi } as const
const settlement = { address: localSettlementAddress, abi: luxxonSettlementAbi } as const
const REQUIRED = 3

type Person = Awaited<ReturnType<typeof makePerson>>

/** Somebody with 100 USDC and ETH, and a wallet that signs real transactions or declines. */
async function makePerson() {
  const account = privateKeyToAccount(generatePrivateKey())
  const wallet = createWalletClient({ account, chain: foundry, transport })
  await node.setBalance({ address: account.address, value: parseEther('1') })
  await client.waitForTransactionReceipt({
    hash: await admin.writeContract({ ...usdc, functionName: 'mint', args: [account.address, 100_000_000n] }),
  })
  const person = {
    account,
    wallet,
    popups: 0,
    declines: false,
    relayed: new Map<string, DepositAuthorizationView>(),
  }
  const popup = () => {
    person.popups += 1
    if (person.declines) throw Object.assign(new Error('User rejected the request.'), { code: 4001 })
  }
  const ports: FlowPorts = {
    client,
    wallet: {
      paysGas: true,
      send: async (call) => {
        popup()
        return wallet.sendTransaction(call)
      },
      sendBatch: () => Promise.reject(new Error('this wallet does not batch')),
      findBatch: () => Promise.reject(new Error('this wallet does not batch')),
      signDeposit: async (typedData) => {
        popup()
        return account.signTypedData(typedData)
      },
      signPayment: async (typedData) => {
        popup()
        return account.signTypedData(typedData)
      },
    },
    relay: {
      submit: async (authorization) => {
        const { value, validAfter, validBefore, nonce, signature } = authorization
        const hash = await admin.writeContract({
          ...settlement,
          functionName: 'depositWithAuthorization',
          args: [
            account.address,
            BigInt(value),
            BigInt(validAfter),
            BigInt(validBefore),
            nonce,
            signature as `0x${string}`,
          ],
        })
        const view: DepositAuthorizationView = {
          depositAuthorizationId: crypto.randomUUID(),
          workspaceId: crypto.randomUUID(),
          status: 'confirmed',
          failureReason: null,
          waitingFor: null,
          amountUsdc: value,
          txHash: hash,
          createdAt: new Date().toISOString(),
        }
        person.relayed.set(view.depositAuthorizationId, view)
        return view
      },
      find: async (id) => person.relayed.get(id) ?? null,
    },
    config: { usdcAddress: localUsdcAddress, usdcDomainName: 'USD Coin' },
    requiredConfirmations: REQUIRED,
    pollMilliseconds: 20,
  }
  const choice = {
    chainId: foundry.id,
    wallet: account.address,
    settlement: localSettlementAddress,
    amount: 40_000_000n,
    allowance: 0n,
    approval: 'unlimited',
    canBatch: false,
    way: 'wallet',
  } as const
  return Object.assign(person, { ports, choice })
}

/** Runs a flow and mines a block whenever the flow waits for one, so that confirmations come. */
async function run(person: Person, flow: Flow, { mayOpenWallet = true, stopAt }: RunOptions = {}) {
  const states: StepStage['stage'][] = []
  const abort = new AbortController()
  const result = await runFlow({
    flow,
    ports: person.ports,
    mayOpenWallet,
    signal: abort.signal,
    onReachable: () => undefined,
    onChange: (next) => {
      const open = next.steps.find(({ state }) => state.stage !== 'done')
      const { stage } = open?.state ?? { stage: 'done' as const }
      states.push(stage)
      if (stage === stopAt) abort.abort()
      if (stage === 'in-block') void node.mine({ blocks: 1 })
    },
  })
  return { result, states }
}
type RunOptions = { mayOpenWallet?: boolean; stopAt?: StepStage['stage'] }

const poolOf = (person: Person) =>
  client.readContract({ ...settlement, functionName: 'deposits', args: [person.account.address] })
const stagesOf = (flow: Flow) => flow.steps.map(({ state }) => state.stage)

let person: Person
beforeEach(async () => {
  person = await makePerson()
})

describe('top up', () => {
  test('first time: two popups, the pool holds the amount, the allowance is without limit', async () => {
    const { result } = await run(person, planTopUp(person.choice))
    expect(stagesOf(result)).toEqual(['done', 'done'])
    expect(person.popups).toBe(2)
    expect(await poolOf(person)).toBe(40_000_000n)
    const args = [person.account.address, localSettlementAddress] as const
    expect(await client.readContract({ ...usdc, functionName: 'allowance', args })).toBeGreaterThan(
      MAX_UINT256 / 2n,
    )
  })

  test('"exactly this amount" leaves no allowance behind', async () => {
    await run(person, planTopUp({ ...person.choice, approval: 'exact' }))
    const args = [person.account.address, localSettlementAddress] as const
    expect(await client.readContract({ ...usdc, functionName: 'allowance', args })).toBe(0n)
  })

  test('declining the second popup keeps the first; a press goes on with one popup', async () => {
    const flow = planTopUp(person.choice)
    const half = await run(person, flow, { stopAt: 'waiting' })
    person.declines = true
    const declined = await run(person, half.result)
    expect(stagesOf(declined.result)).toEqual(['done', 'rejected'])
    expect(await poolOf(person)).toBe(0n)
    person.declines = false
    const again = await run(person, advance(declined.result, { stage: 'waiting' }))
    expect(stagesOf(again.result)).toEqual(['done', 'done'])
    expect(person.popups).toBe(3)
  })

  test('reload between the popups: nothing opens by itself, and the approval is not asked again', async () => {
    const { result: stored } = await run(person, planTopUp(person.choice), { stopAt: 'sent' })
    const resumed = await run(person, stored, { mayOpenWallet: false })
    expect(stagesOf(resumed.result)).toEqual(['done', 'waiting'])
    expect(person.popups).toBe(1)
    const finished = await run(person, resumed.result)
    expect(stagesOf(finished.result)).toEqual(['done', 'done'])
    expect(person.popups).toBe(2)
    expect(await poolOf(person)).toBe(40_000_000n)
  })

  test('reload while the wallet is open and confirms afterwards: the deposit is found by its event, not sent again', async () => {
    await run(person, planTopUp(person.choice))
    const flow = planTopUp({ ...person.choice, amount: 7_000_000n, allowance: MAX_UINT256 })
    const [nonce, block] = await Promise.all([
      client.getTransactionCount({ address: person.account.address }),
      client.getBlockNumber({ cacheTime: 0 }),
    ])
    const stored = advance(flow, { stage: 'signing', nonce, block: block.toString() })
    await person.wallet.writeContract({ ...settlement, functionName: 'deposit', args: [7_000_000n] })
    const resumed = await run(person, stored, { mayOpenWallet: false })
    expect(stagesOf(resumed.result)).toEqual(['done'])
    expect(await poolOf(person)).toBe(47_000_000n)
  })

  test('reload while the wallet is open and nothing was sent: interrupted, and the wallet stays shut', async () => {
    const block = await client.getBlockNumber({ cacheTime: 0 })
    const stored = advance(planTopUp(person.choice), { stage: 'signing', nonce: 0, block: block.toString() })
    const resumed = await run(person, stored, { mayOpenWallet: false })
    expect(stagesOf(resumed.result)).toEqual(['interrupted', 'waiting'])
    expect(person.popups).toBe(0)
  })

  test('without gas: one signature, no allowance, no ETH', async () => {
    await node.setBalance({ address: person.account.address, value: 0n })
    const { result } = await run(person, planTopUp({ ...person.choice, way: 'gasless' }))
    expect(stagesOf(result)).toEqual(['done'])
    expect(person.popups).toBe(1)
    expect(await poolOf(person)).toBe(40_000_000n)
  })

  test('paused: said before the wallet opens, while withdrawing still works', async () => {
    await run(person, planTopUp(person.choice))
    const popups = person.popups
    await client.waitForTransactionReceipt({
      hash: await admin.writeContract({ ...settlement, functionName: 'pause' }),
    })
    try {
      const { result } = await run(person, planTopUp({ ...person.choice, allowance: MAX_UINT256 }))
      expect(result.steps[0]?.state).toMatchObject({ stage: 'reverted', code: 'EnforcedPause', hash: null })
      expect(person.popups).toBe(popups)
      const out = await run(person, planWithdraw({ ...person.choice, amount: 15_000_000n }))
      expect(stagesOf(out.result)).toEqual(['done'])
      expect(await poolOf(person)).toBe(25_000_000n)
    } finally {
      await client.waitForTransactionReceipt({
        hash: await admin.writeContract({ ...settlement, functionName: 'unpause' }),
      })
    }
  })

  test('too little USDC and no ETH are said before the wallet opens', async () => {
    const short = await run(person, planTopUp({ ...person.choice, amount: 100_000_001n }))
    expect(short.result.steps[0]?.state).toMatchObject({ stage: 'failed', problem: 'no-usdc' })
    await node.setBalance({ address: person.account.address, value: 0n })
    const dry = await run(person, planTopUp(person.choice))
    expect(dry.result.steps[0]?.state).toMatchObject({ stage: 'failed', problem: 'no-gas' })
    expect(person.popups).toBe(0)
  })
})

describe('what becomes of a sent transaction', () => {
  test('a withdrawal that reverts in its block says why', async () => {
    await run(person, planTopUp(person.choice))
    const hash = await person.wallet.writeContract({
      ...settlement,
      functionName: 'withdraw',
      args: [41_000_000n],
      gas: 200_000n,
    })
    const { result } = await run(person, await storedAsSent(41_000_000n, hash), { mayOpenWallet: false })
    expect(result.steps[0]?.state).toMatchObject({
      stage: 'reverted',
      hash,
      code: 'InsufficientDeposit',
      words: expect.stringContaining('holds 40.00 USDC'),
    })
  })

  test('cancelled in the wallet, replaced by something else, sped up: each is told apart', async () => {
    await run(person, planTopUp(person.choice))
    const own = person.account.address
    const gone = `0x${'dd'.repeat(32)}` as const
    const cancelled = await storedAsSent(1_000_000n, gone)
    const by = await person.wallet.sendTransaction({ to: own, value: 0n })
    await client.waitForTransactionReceipt({ hash: by })
    expect((await run(person, cancelled)).result.steps[0]?.state).toEqual({
      stage: 'cancelled',
      hash: gone,
      by,
    })

    const superseded = await storedAsSent(1_000_000n, gone)
    const other = await person.wallet.sendTransaction({ to: localAdminAddress, value: 1n })
    await client.waitForTransactionReceipt({ hash: other })
    expect((await run(person, superseded)).result.steps[0]?.state).toMatchObject({
      stage: 'superseded',
      by: other,
    })

    const repriced = await storedAsSent(1_000_000n, gone)
    const faster = await person.wallet.writeContract({
      ...settlement,
      functionName: 'withdraw',
      args: [1_000_000n],
    })
    await client.waitForTransactionReceipt({ hash: faster })
    expect((await run(person, repriced)).result.steps[0]?.state).toEqual({ stage: 'done', hash: faster })
  })

  test('a transaction that no node knows for a minute is called dropped, and sending anew is left to a person', async () => {
    const stored = await storedAsSent(1_000_000n, `0x${'ee'.repeat(32)}`, Date.now() - 61_000)
    expect((await run(person, stored)).result.steps[0]?.state.stage).toBe('dropped')
  })

  test('confirmations are counted up to the required number', async () => {
    await run(person, planTopUp(person.choice))
    const { states, result } = await run(person, planWithdraw({ ...person.choice, amount: 1_000_000n }))
    expect(stagesOf(result)).toEqual(['done'])
    expect(states).toContain('in-block')
  })
})

async function storedAsSent(amount: bigint, hash: Hash, sentAt = Date.now()): Promise<Flow> {
  const address = person.account.address
  const [nonce, block] = await Promise.all([
    client.getTransactionCount({ address }),
    client.getBlockNumber({ cacheTime: 0 }),
  ])
  const flow = planWithdraw({ ...person.choice, amount })
  const isMined = await client.getTransaction({ hash }).then(
    (transaction) => transaction.nonce,
    () => nonce,
  )
  return advance(advance(flow, { stage: 'signing', nonce: isMined, block: block.toString() }), {
    stage: 'sent',
    hash,
    nonce: isMined,
    block: block.toString(),
    sentAt,
  })
}
