import { createTestClient, getAddress, http, parseEventLogs, publicActions, walletActions } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localSettlementAddress, localUsdcAddress } from '../../domain/abi/local-addresses'
import { luxxonSettlementAbi } from '../../domain/abi/luxxon-settlement'
import { usdcAbi } from '../../domain/abi/usdc'
import { multicall3Address, permit2Address } from '../../domain/canonical-addresses'
import {
  localAdminAddress,
  localDemoAccounts,
  localFeeRecipientAddress,
  localRelayerAddress,
} from '../../domain/local-accounts'
import { type RunningAnvil, startAnvil } from '../../scripts/chain/start-anvil'
import { deployLocal, type LocalContracts } from '../../scripts/contracts/deploy-local'

const cacheDir = '.cache/contracts'
const owner = privateKeyToAccount(localDemoAccounts[0].privateKey)
const chain = { ...foundry, contracts: { multicall3: { address: multicall3Address } } } as const

let anvil: RunningAnvil
let contracts: LocalContracts
let client: ReturnType<typeof createClient>

function createClient(rpcUrl: string) {
  return createTestClient({ mode: 'anvil', chain, transport: http(rpcUrl), pollingInterval: 50 })
    .extend(publicActions)
    .extend(walletActions)
}

beforeAll(async () => {
  anvil = await startAnvil({ port: Number(process.env.CHAIN_TEST_PORT ?? 0), blockTimeSeconds: 0 })
  client = createClient(anvil.rpcUrl)
  // The addresses must not depend on what the deployer did before.
  await client.sendTransaction({ account: localAdminAddress, to: owner.address, value: 1n })
  contracts = await deployLocal({ rpcUrl: anvil.rpcUrl, cacheDir })
}, 120_000)

afterAll(() => anvil?.stop())

describe('deployLocal', () => {
  test('deploys to the committed addresses with the published roles', async () => {
    expect(contracts).toMatchObject({
      usdcAddress: localUsdcAddress,
      settlementAddress: localSettlementAddress,
      multicallAddress: multicall3Address,
      permit2Address,
      admin: localAdminAddress,
      relayer: localRelayerAddress,
      feeRecipient: localFeeRecipientAddress,
    })
    const settlement = { address: localSettlementAddress, abi: luxxonSettlementAbi } as const
    const roles = await client.multicall({
      allowFailure: false,
      contracts: [
        { ...settlement, functionName: 'usdc' },
        { ...settlement, functionName: 'admin' },
        { ...settlement, functionName: 'relayer' },
        { ...settlement, functionName: 'feeRecipient' },
      ],
    })
    expect(roles).toEqual([
      localUsdcAddress,
      localAdminAddress,
      localRelayerAddress,
      localFeeRecipientAddress,
    ])
  })

  test('names the block of the settlement: its code is there, and not in the block before', async () => {
    const codeAt = (blockNumber: bigint) => client.getCode({ address: localSettlementAddress, blockNumber })
    expect(await codeAt(contracts.deployBlock)).toMatch(/^0x.+/)
    expect(await codeAt(contracts.deployBlock - 1n)).toBeUndefined()
  })

  test('a second run sends nothing and returns the same', async () => {
    const head = await client.getBlockNumber()
    const messages: string[] = []
    const again = await deployLocal({
      rpcUrl: anvil.rpcUrl,
      cacheDir,
      log: (message) => messages.push(message),
    })
    expect(again).toEqual(contracts)
    expect(messages).toEqual([])
    expect(await client.getBlockNumber()).toBe(head)
  })

  test('refuses any chain but the local one', async () => {
    const setChainId = (chainId: number) =>
      client.request<{ Method: 'anvil_setChainId'; Parameters: [number]; ReturnType: null }>({
        method: 'anvil_setChainId',
        params: [chainId],
      })
    await setChainId(8453)
    try {
      await expect(deployLocal({ rpcUrl: anvil.rpcUrl, cacheDir })).rejects.toThrow('has id 8453')
    } finally {
      await setChainId(foundry.id)
    }
  })
})

describe('the deployed contracts', () => {
  test('the faucet account mints USDC without a key, and approve and deposit credit the pool', async () => {
    const amount = 25_000_000n
    const before = await readDeposit()
    await waitFor(
      client.writeContract({
        account: localAdminAddress,
        address: localUsdcAddress,
        abi: usdcAbi,
        functionName: 'mint',
        args: [owner.address, amount],
      }),
    )
    await waitFor(
      client.writeContract({
        account: owner,
        address: localUsdcAddress,
        abi: usdcAbi,
        functionName: 'approve',
        args: [localSettlementAddress, amount],
      }),
    )
    const receipt = await waitFor(
      client.writeContract({
        account: owner,
        address: localSettlementAddress,
        abi: luxxonSettlementAbi,
        functionName: 'deposit',
        args: [amount],
      }),
    )
    const [deposited] = parseEventLogs({
      abi: luxxonSettlementAbi,
      eventName: 'Deposited',
      logs: receipt.logs,
    })
    expect(deposited?.args).toEqual({ account: owner.address, amount, balance: before + amount })
    expect(await readDeposit()).toBe(before + amount)
  })

  test("multicall reports one call's failure and the others' results", async () => {
    const usdc = { address: localUsdcAddress, abi: usdcAbi } as const
    const [name, failed, balance] = await client.multicall({
      contracts: [
        { ...usdc, functionName: 'name' },
        { ...usdc, address: getAddress('0x00000000000000000000000000000000000000aa'), functionName: 'name' },
        {
          address: multicall3Address,
          abi: [
            {
              type: 'function',
              name: 'getEthBalance',
              stateMutability: 'view',
              inputs: [{ type: 'address' }],
              outputs: [{ type: 'uint256' }],
            },
          ],
          functionName: 'getEthBalance',
          args: [localFeeRecipientAddress],
        },
      ],
    })
    expect(name.result).toBe('USD Coin')
    expect(failed.status).toBe('failure')
    expect(balance.result).toBe(await client.getBalance({ address: localFeeRecipientAddress }))
  })
})

function readDeposit(): Promise<bigint> {
  return client.readContract({
    address: localSettlementAddress,
    abi: luxxonSettlementAbi,
    functionName: 'deposits',
    args: [owner.address],
  })
}

async function waitFor(hash: Promise<`0x${string}`>) {
  const receipt = await client.waitForTransactionReceipt({ hash: await hash })
  expect(receipt.status).toBe('success')
  return receipt
}
