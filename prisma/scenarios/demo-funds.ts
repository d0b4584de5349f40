import { createPublicClient, createWalletClient, http, parseEther } from 'viem'
import { foundry } from 'viem/chains'
import { luxxonSettlementAbi } from '../../domain/abi/luxxon-settlement'
import { usdcAbi } from '../../domain/abi/usdc'
import { localAdminAddress, localDemoAccounts } from '../../domain/local-accounts'

type DemoFunds = { rpcUrl: string; usdcAddress: `0x${string}`; settlementAddress: `0x${string}` }

const [owner] = localDemoAccounts
const WALLET_FUNDS = 5_000_000_000n
const POOL_FUNDS = 250_000_000n

/**
 * Gives the demo owner 5,000 USDC, 250 of it in the pool, on a chain where that wallet never held any. Anvil's accounts
 * are unlocked, so no key is needed. Returns whether anything was sent.
 */
export async function seedDemoFunds({ rpcUrl, usdcAddress, settlementAddress }: DemoFunds): Promise<boolean> {
  const transport = http(rpcUrl)
  const reader = createPublicClient({ chain: foundry, transport, pollingInterval: 100 })
  const pool = await reader.readContract({
    address: settlementAddress,
    abi: luxxonSettlementAbi,
    functionName: 'deposits',
    args: [owner.address],
  })
  const held = await reader.readContract({
    address: usdcAddress,
    abi: usdcAbi,
    functionName: 'balanceOf',
    args: [owner.address],
  })
  if (pool > 0n || held > 0n) return false

  const admin = createWalletClient({ account: localAdminAddress, chain: foundry, transport })
  const person = createWalletClient({ account: owner.address, chain: foundry, transport })
  const minted = await admin.writeContract({
    address: usdcAddress,
    abi: usdcAbi,
    functionName: 'mint',
    args: [owner.address, WALLET_FUNDS],
  })
  await reader.waitForTransactionReceipt({ hash: minted })
  await person.writeContract({
    address: usdcAddress,
    abi: usdcAbi,
    functionName: 'approve',
    args: [settlementAddress, POOL_FUNDS],
  })
  // A fixed gas limit: the approval before it may not be mined yet, so an estimate could revert.
  await person.writeContract({
    address: settlementAddress,
    abi: luxxonSettlementAbi,
    functionName: 'deposit',
    args: [POOL_FUNDS],
    gas: 200_000n,
  })
  await admin.sendTransaction({ to: owner.address, value: parseEther('1') })
  return true
}
