import { x402Facilitator } from '@x402/core/facilitator'
import type { PaymentPayload, PaymentRequirements, SchemeNetworkClient } from '@x402/core/types'
import { toClientEvmSigner, toFacilitatorEvmSigner } from '@x402/evm'
import { ExactEvmScheme as ExactClient } from '@x402/evm/exact/client'
import { ExactEvmScheme as ExactFacilitator } from '@x402/evm/exact/facilitator'
import { UptoEvmScheme as UptoClient } from '@x402/evm/upto/client'
import { UptoEvmScheme as UptoFacilitator } from '@x402/evm/upto/facilitator'
import {
  createTestClient,
  createWalletClient,
  type Hex,
  http,
  maxUint256,
  parseEventLogs,
  publicActions,
  type TypedData,
  walletActions,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localUsdcAddress } from '../../domain/abi/local-addresses'
import { usdcAbi } from '../../domain/abi/usdc'
import { permit2Address } from '../../domain/canonical-addresses'
import { localAdminAddress, localDemoAccounts } from '../../domain/local-accounts'
import { type RunningAnvil, startAnvil } from '../../scripts/chain/start-anvil'
import { deployLocal } from '../../scripts/contracts/deploy-local'

const network = 'eip155:31337'
const payer = privateKeyToAccount(localDemoAccounts[0].privateKey)
const facilitatorAccount = privateKeyToAccount(localDemoAccounts[1].privateKey)
const payTo = localDemoAccounts[2].address

let anvil: RunningAnvil
let client: ReturnType<typeof createClient>
let facilitator: x402Facilitator

function createClient(rpcUrl: string) {
  return createTestClient({ mode: 'anvil', chain: foundry, transport: http(rpcUrl), pollingInterval: 50 })
    .extend(publicActions)
    .extend(walletActions)
}

beforeAll(async () => {
  anvil = await startAnvil({ port: Number(process.env.CHAIN_TEST_PORT ?? 0), blockTimeSeconds: 0 })
  client = createClient(anvil.rpcUrl)
  await deployLocal({ rpcUrl: anvil.rpcUrl, cacheDir: '.cache/contracts' })
  facilitator = createFacilitator(anvil.rpcUrl)
  const usdc = { address: localUsdcAddress, abi: usdcAbi } as const
  await waitFor(
    client.writeContract({
      ...usdc,
      account: localAdminAddress,
      functionName: 'mint',
      args: [payer.address, 10_000_000n],
    }),
  )
  await waitFor(
    client.writeContract({
      ...usdc,
      account: payer,
      functionName: 'approve',
      args: [permit2Address, maxUint256],
    }),
  )
}, 120_000)

afterAll(() => anvil?.stop())

test('exact over EIP-3009 settles, with AuthorizationUsed directly before Transfer', async () => {
  const hash = await pay({ scheme: 'exact', client: new ExactClient(payerSigner()), amount: 2_500_000n })
  const logs = parseEventLogs({
    abi: usdcAbi,
    logs: (await client.getTransactionReceipt({ hash })).logs,
  })
  expect(logs.map((log) => log.eventName)).toEqual(['AuthorizationUsed', 'Transfer'])
  expect(logs[1]?.args).toMatchObject({ from: payer.address, to: payTo, value: 2_500_000n })
})

test('exact over Permit2 settles: a Permit2 signature made for chain 31337 is valid', async () => {
  const before = await balanceOf(payTo)
  await pay({
    scheme: 'exact',
    client: new ExactClient(payerSigner()),
    amount: 1_000_000n,
    extra: { assetTransferMethod: 'permit2' },
  })
  expect(await balanceOf(payTo)).toBe(before + 1_000_000n)
})

test('upto authorised for 2.50 settles 0.70', async () => {
  const before = await balanceOf(payTo)
  await pay({
    scheme: 'upto',
    client: new UptoClient(payerSigner()),
    amount: 2_500_000n,
    settledAmount: 700_000n,
    extra: { facilitatorAddress: facilitatorAccount.address },
  })
  expect(await balanceOf(payTo)).toBe(before + 700_000n)
})

async function pay({
  scheme,
  client: schemeClient,
  amount,
  settledAmount = amount,
  extra = {},
}: {
  scheme: string
  client: SchemeNetworkClient
  amount: bigint
  settledAmount?: bigint
  extra?: Record<string, unknown>
}): Promise<Hex> {
  const requirements: PaymentRequirements = {
    scheme,
    network,
    amount: String(amount),
    asset: localUsdcAddress,
    payTo,
    maxTimeoutSeconds: 300,
    extra: { name: 'USD Coin', version: '2', ...extra },
  }
  const { payload } = await schemeClient.createPaymentPayload(2, requirements)
  const payment: PaymentPayload = { x402Version: 2, accepted: requirements, payload }

  expect(await facilitator.verify(payment, requirements)).toMatchObject({
    isValid: true,
    payer: payer.address,
  })
  const settled = await facilitator.settle(payment, { ...requirements, amount: String(settledAmount) })
  expect(settled).toMatchObject({ success: true })
  return settled.transaction as Hex
}

function payerSigner() {
  return toClientEvmSigner(payer, client)
}

function createFacilitator(rpcUrl: string): x402Facilitator {
  const wallet = createWalletClient({
    account: facilitatorAccount,
    chain: foundry,
    transport: http(rpcUrl),
    pollingInterval: 50,
  }).extend(publicActions)
  const signer = toFacilitatorEvmSigner({
    ...wallet,
    address: facilitatorAccount.address,
    verifyTypedData: (args) =>
      wallet.verifyTypedData({ ...args, types: args.types as TypedData, blockTag: 'latest' }),
  })
  return new x402Facilitator()
    .register(network, new ExactFacilitator(signer))
    .register(network, new UptoFacilitator(signer))
}

function balanceOf(account: `0x${string}`): Promise<bigint> {
  return client.readContract({
    address: localUsdcAddress,
    abi: usdcAbi,
    functionName: 'balanceOf',
    args: [account],
  })
}

async function waitFor(hash: Promise<Hex>) {
  const receipt = await client.waitForTransactionReceipt({ hash: await hash })
  expect(receipt.status).toBe('success')
}
