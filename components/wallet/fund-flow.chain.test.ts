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
import { afterEach, expect, test } from 'vitest'
import { localSettlementAddress, localUsdcAddress } from '@/domain/abi/local-addresses'
import { usdcAbi } from '@/domain/abi/usdc'
import { localAdminAddress } from '@/domain/local-accounts'
import { until } from '@/test/harness/until'
import { keyOf } from './flow-key'
import { isFinished } from './flow-machine'
import type { FlowPorts } from './flow-ports'
import { createFlowStore } from './flow-store'
import { planFund } from './plan-fund'

const transport = http(process.env.RPC_URL ?? '')
const client = createPublicClient({ chain: foundry, transport, pollingInterval: 20 }) as PublicClient
const node = createTestClient({ mode: 'anvil', chain: foundry, transport })
const admin = createWalletClient({ account: localAdminAddress, chain: foundry, transport })
const usdc = { address: localUsdcAddress, abi: usdcAbi } as const

const AMOUNT = 5_000_000_000n

afterEach(() => node.setAutomine(true))

async function makePayer() {
  const account = privateKeyToAccount(generatePrivateKey())
  const wallet = createWalletClient({ account, chain: foundry, transport })
  await node.setBalance({ address: account.address, value: parseEther('1') })
  await client.waitForTransactionReceipt({
    hash: await admin.writeContract({ ...usdc, functionName: 'mint', args: [account.address, AMOUNT] }),
  })
  const payer = { address: account.address, popups: 0 }
  const refuse = () => Promise.reject(new Error('this wallet only sends'))
  const ports: FlowPorts = {
    client,
    wallet: {
      paysGas: true,
      send: (call) => {
        payer.popups += 1
        return wallet.sendTransaction(call)
      },
      sendBatch: refuse,
      findBatch: refuse,
      signDeposit: refuse,
      signPayment: refuse,
    },
    config: { usdcAddress: localUsdcAddress, usdcDomainName: 'USD Coin' },
    requiredConfirmations: 3,
    pollMilliseconds: 20,
  }
  return { payer, ports }
}

/** What a browser keeps of a page when that is closed. */
function makeStorage(): Storage {
  const kept = new Map<string, string>()
  return {
    get length() {
      return kept.size
    },
    clear: () => kept.clear(),
    getItem: (name) => kept.get(name) ?? null,
    key: (index) => [...kept.keys()][index] ?? null,
    removeItem: (name) => void kept.delete(name),
    setItem: (name, value) => void kept.set(name, value),
  }
}

test('a transfer to the payout wallet that a slow block has not taken survives a reload: found by chain and address, sent once, seen to its end', async () => {
  const { payer, ports } = await makePayer()
  const to = privateKeyToAccount(generatePrivateKey()).address
  const storage = makeStorage()
  const flow = planFund({
    chainId: foundry.id,
    settlement: localSettlementAddress,
    wallet: payer.address,
    to,
    amount: AMOUNT,
  })
  const key = keyOf(flow)
  expect(key.owner).toBe(to)

  await node.setAutomine(false)
  const before = createFlowStore({ key, storage, locks: null })
  const first = before.start(flow, ports)
  await until('the transfer is sent', () => before.get().flow?.steps[0]?.state.stage === 'sent')

  // The page is loaded again: all that is left of it is the storage.
  const after = createFlowStore({ key, storage, locks: null })
  expect(after.get().flow?.steps[0]?.state).toMatchObject({ stage: 'sent', hash: expect.any(String) })
  const resumed = after.resume(ports)
  await node.mine({ blocks: 3 })
  await Promise.all([first, resumed])

  const end = after.get().flow
  expect(end !== null && isFinished(end)).toBe(true)
  expect(end?.steps[0]?.state).toMatchObject({ stage: 'done', hash: expect.any(String) })
  expect(payer.popups).toBe(1)
  expect(await client.readContract({ ...usdc, functionName: 'balanceOf', args: [to] })).toBe(AMOUNT)
}, 60_000)

test('a transfer larger than the wallet holds is refused before the wallet opens', async () => {
  const { payer, ports } = await makePayer()
  const to = privateKeyToAccount(generatePrivateKey()).address
  const flow = planFund({
    chainId: foundry.id,
    settlement: localSettlementAddress,
    wallet: payer.address,
    to,
    amount: AMOUNT + 1n,
  })
  const store = createFlowStore({ key: keyOf(flow), storage: makeStorage(), locks: null })
  await store.start(flow, ports)
  expect(store.get().flow?.steps[0]?.state).toMatchObject({ stage: 'failed', problem: 'no-usdc' })
  expect(payer.popups).toBe(0)
}, 60_000)
