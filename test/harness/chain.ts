// What a chain test does to its chain: people who move USDC, blocks, reorganisations.
import { type Address, createTestClient, type Hex, http, publicActions, walletActions } from 'viem'
import { foundry } from 'viem/chains'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { usdcAbi } from '@/domain/abi/usdc'
import { type StoredAddress, storedAddress } from '@/domain/address'
import { localAdminAddress, localRelayerAddress } from '@/domain/local-accounts'
import { MAX_UINT256 } from '@/domain/money'
import { env } from '@/server/core/env'
import { until } from './until'

type Settlement = { session: Hex; from: Address; to: Address; toAmount: bigint; feeAmount: bigint }

type Authorization = {
  from: Address
  to: Address
  value: bigint
  validBefore: bigint
  nonce: Hex
  signature: Hex
}

/** The chain of this test file. All its accounts can send without a key. */
export function openChain({ rpcUrl = env().RPC_URL }: { rpcUrl?: string } = {}) {
  const client = createTestClient({
    mode: 'anvil',
    chain: foundry,
    transport: http(rpcUrl, { timeout: 60_000 }),
    pollingInterval: 20,
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions)
  const usdc = { address: env().USDC_ADDRESS, abi: usdcAbi } as const
  const settlement = { address: env().SETTLEMENT_ADDRESS, abi: luxxonSettlementAbi } as const

  const mined = async (sent: Promise<Hex>) => {
    const hash = await sent
    // viem's own wait asks again only when a further block comes, which a chain that mines by transaction may never make.
    const receipt = await until(`transaction ${hash} is mined`, () =>
      client.getTransactionReceipt({ hash }).catch(() => null),
    )
    if (receipt.status !== 'success') throw new Error(`transaction ${receipt.transactionHash} reverted`)
    return receipt
  }
  const entry = ({ session, from, to, toAmount, feeAmount }: Settlement) => ({
    sessionId: session,
    from,
    to,
    ratePerSecond: toAmount + feeAmount,
    chargeableSeconds: 1n,
    toAmount,
    feeAmount,
  })
  return {
    client,
    head: () => client.getBlock(),
    mine: (blocks = 1) => client.mine({ blocks }),
    /** Replaces the newest `depth` blocks by empty ones; their transactions are gone for good. */
    reorg: (depth: number) => client.request<ReorgSchema>({ method: 'anvil_reorg', params: [depth, []] }),
    /** An account with ETH that anvil sends for, with USDC in its wallet. */
    fund: async (address: Address, amount: bigint) => {
      await client.impersonateAccount({ address })
      await client.setBalance({ address, value: 10n ** 20n })
      if (amount > 0n) {
        await mined(
          client.writeContract({
            ...usdc,
            account: localAdminAddress,
            functionName: 'mint',
            args: [address, amount],
          }),
        )
      }
    },
    approve: (account: Address, amount = MAX_UINT256, spender: Address = settlement.address) =>
      mined(client.writeContract({ ...usdc, account, functionName: 'approve', args: [spender, amount] })),
    transfer: (account: Address, to: Address, amount: bigint) =>
      mined(client.writeContract({ ...usdc, account, functionName: 'transfer', args: [to, amount] })),
    /** Sends somebody's signed EIP-3009 transfer. */
    sendAuthorization: (
      account: Address,
      { from, to, value, validBefore, nonce, signature }: Authorization,
    ) =>
      mined(
        client.writeContract({
          ...usdc,
          account,
          functionName: 'transferWithAuthorization',
          args: [from, to, value, 0n, validBefore, nonce, signature],
        }),
      ),
    cancelAuthorization: (account: Address, { nonce, signature }: { nonce: Hex; signature: Hex }) =>
      mined(
        client.writeContract({
          ...usdc,
          account,
          functionName: 'cancelAuthorization',
          args: [account, nonce, signature],
        }),
      ),
    deposit: (account: Address, amount: bigint) =>
      mined(client.writeContract({ ...settlement, account, functionName: 'deposit', args: [amount] })),
    withdraw: (account: Address, amount: bigint) =>
      mined(client.writeContract({ ...settlement, account, functionName: 'withdraw', args: [amount] })),
    refund: (account: Address) =>
      mined(
        client.writeContract({
          ...settlement,
          account: localRelayerAddress,
          functionName: 'refund',
          args: [account],
        }),
      ),
    settle: (item: Settlement) => settleAll([item]),
    settleBatch: (items: Settlement[]) => settleAll(items),
    setPaused: (paused: boolean) =>
      mined(
        client.writeContract({
          ...settlement,
          account: localAdminAddress,
          functionName: paused ? 'pause' : 'unpause',
        }),
      ),
    poolOf: (account: Address) =>
      client.readContract({ ...settlement, functionName: 'deposits', args: [account] }),
  }

  function settleAll(items: Settlement[]) {
    return mined(
      client.writeContract({
        ...settlement,
        account: localRelayerAddress,
        functionName: 'settleBatch',
        args: [items.map(entry)],
        gas: 25_000_000n,
      }),
    )
  }
}

type ReorgSchema = { Method: 'anvil_reorg'; Parameters: [number, []]; ReturnType: null }

/** The nth of an endless row of different addresses. */
export function testAddress(n: number): StoredAddress {
  return storedAddress(`0x${(0xa11ce00000000n + BigInt(n)).toString(16).padStart(40, '0')}`)
}
