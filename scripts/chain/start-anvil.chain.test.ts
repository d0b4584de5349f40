import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createTestClient, http, publicActions, walletActions } from 'viem'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localSettlementAddress, localUsdcAddress } from '../../domain/abi/local-addresses'
import { usdcAbi } from '../../domain/abi/usdc'
import { localAdminAddress, localDemoAccounts } from '../../domain/local-accounts'
import { deployLocal } from '../contracts/deploy-local'
import { type RunningAnvil, startAnvil } from './start-anvil'

const port = Number(process.env.CHAIN_TEST_PORT ?? 0)
const account = localDemoAccounts[0].address

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bursar-anvil-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

function createClient(rpcUrl: string) {
  return createTestClient({ mode: 'anvil', chain: foundry, transport: http(rpcUrl), pollingInterval: 50 })
    .extend(publicActions)
    .extend(walletActions)
}

async function readWorld(anvil: RunningAnvil) {
  const client = createClient(anvil.rpcUrl)
  const usdc = { address: localUsdcAddress, abi: usdcAbi } as const
  const [block, balance, logs, contracts] = await Promise.all([
    client.getBlock(),
    client.readContract({ ...usdc, functionName: 'balanceOf', args: [account] }),
    client.getContractEvents({ ...usdc, eventName: 'Transfer', fromBlock: 0n }),
    deployLocal({ rpcUrl: anvil.rpcUrl, cacheDir: '.cache/contracts' }),
  ])
  return { block, balance, logs, contracts }
}

describe.each(['SIGINT', 'SIGTERM'] as const)('a chain ended by %s', (signal) => {
  test('starts again with its blocks, balances, logs and the state of older blocks', {
    timeout: 120_000,
  }, async () => {
    const statePath = path.join(folder, signal, 'state.json')
    const first = await startAnvil({ port, statePath })
    const contracts = await deployLocal({ rpcUrl: first.rpcUrl, cacheDir: '.cache/contracts' })
    const client = createClient(first.rpcUrl)
    await client.writeContract({
      account: localAdminAddress,
      address: localUsdcAddress,
      abi: usdcAbi,
      functionName: 'mint',
      args: [account, 5_000_000n],
    })
    await client.mine({ blocks: 3 })
    const before = await readWorld(first)
    expect(before.balance).toBe(5_000_000n)

    if (signal === 'SIGINT') await first.stop()
    else process.kill(first.pid, signal)
    await first.exited

    const second = await startAnvil({ port, statePath })
    try {
      const after = await readWorld(second)
      expect(after.block.number).toBeGreaterThanOrEqual(before.block.number)
      expect(after.balance).toBe(before.balance)
      expect(after.logs).toEqual(before.logs)
      expect(after.contracts).toEqual(contracts)
      const restarted = createClient(second.rpcUrl)
      expect((await restarted.getBlock({ blockNumber: before.block.number })).hash).toBe(before.block.hash)
      const { deployBlock } = contracts
      expect(await restarted.getCode({ address: localSettlementAddress, blockNumber: deployBlock })).toMatch(
        /^0x.+/,
      )
    } finally {
      await second.stop()
    }
  })
})

test('a taken port is refused with a message that names it, and the chain on it goes on', async () => {
  const first = await startAnvil({ port, blockTimeSeconds: 0 })
  try {
    const takenPort = Number(new URL(first.rpcUrl).port)
    await expect(startAnvil({ port: takenPort })).rejects.toThrow(/did not start.*\n[\s\S]*in use/)
    expect(await createClient(first.rpcUrl).getChainId()).toBe(31337)
  } finally {
    await first.stop()
  }
})
