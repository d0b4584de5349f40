// Deposits without gas of a chain test: signed and accepted, sent by the relayer or by a stranger.
import { randomBytes } from 'node:crypto'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { luxxonSettlementAbi } from '@/domain/abi/luxxon-settlement'
import { storedAddress } from '@/domain/address'
import { buildReceiveAuthorization } from '@/domain/usdc-authorization'
import { pool } from '@/server/core/db'
import { env } from '@/server/core/env'
import { trackRelays } from '@/server/relayer'
import { authorizeDeposit, listDepositAuthorizations, relayDeposits } from '@/server/wallets'
import { openChain } from './chain'
import { createTestWorkspace } from './factories'

export const ONE_USDC = 1_000_000n
export const chain = openChain()
export const makeAccount = () => privateKeyToAccount(generatePrivateKey())
type Overrides = {
  value?: bigint
  validBefore?: bigint
  nonce?: `0x${string}`
  signer?: ReturnType<typeof makeAccount>
}

export async function makeDepositor(usdc = 100n * ONE_USDC) {
  const account = makeAccount()
  await chain.fund(account.address, usdc)
  const workspace = await createTestWorkspace({ walletAddress: storedAddress(account.address) })
  return { account, workspace }
}

export async function sign(
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

/** A wallet's deposit of 5 USDC, signed and accepted. */
export async function makeDeposit(usdc?: bigint) {
  const { account, workspace } = await makeDepositor(usdc)
  const input = await sign(account)
  const view = await authorizeDeposit({ workspaceId: workspace.id, actor: workspace.walletAddress, input })
  return { account, workspace, input, view }
}

/** Somebody who saw the authorization uses it. */
export async function sendAsStranger(from: `0x${string}`, input: Awaited<ReturnType<typeof sign>>) {
  const stranger = makeAccount()
  await chain.fund(stranger.address, 0n)
  return chain.client.writeContract({
    account: stranger,
    address: env().SETTLEMENT_ADDRESS,
    abi: luxxonSettlementAbi,
    functionName: 'depositWithAuthorization',
    args: [from, BigInt(input.value), 0n, BigInt(input.validBefore), input.nonce, input.signature],
  })
}

export const stored = async (workspaceId: string) =>
  (await listDepositAuthorizations({ workspaceId })).deposits[0]

export const poolOf = (address: `0x${string}`) =>
  chain.client.readContract({
    address: env().SETTLEMENT_ADDRESS,
    abi: luxxonSettlementAbi,
    functionName: 'deposits',
    args: [address],
  })

export async function mineAndRelay(blocks = 3) {
  await chain.client.mine({ blocks })
  await trackRelays()
  await relayDeposits()
}

/** As if the seconds had passed after which a waiting deposit is looked at again. */
export async function lookAgain() {
  await pool().query('update deposit_authorizations set next_try_at = null')
  await relayDeposits()
}
