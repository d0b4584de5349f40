import { z } from 'zod'
import { checksummed, storedAddress } from '@/domain/address'
import { MIN_AUTHORIZATION_SECONDS_LEFT, MIN_GASLESS_DEPOSIT_ATOMIC } from '@/domain/gasless-deposit'
import { formatUsdc } from '@/domain/money'
import { buildReceiveAuthorization } from '@/domain/usdc-authorization'
import type { DepositAuthorizationInput, DepositAuthorizationView } from '@/domain/wallet'
import {
  isAuthorizationUsed,
  orUnavailable,
  readHead,
  readWallet,
  simulateSettlementDeposit,
  verifyTypedDataSignature,
} from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import {
  countOpenDeposits,
  hasDepositAuthorization,
  insertDepositAuthorization,
  listDepositAuthorizationRows,
} from './deposit-authorization-repository'
import { getWorkspaceWallet } from './get-workspace-wallet'

/** A person waits for a few of these at most; more are a script that burns the relayer's gas. */
const MAX_OPEN_DEPOSITS = 5
const LIST_LIMIT = 20

type AuthorizeDeposit = { workspaceId: string; actor: string; input: DepositAuthorizationInput }

/**
 * Takes a signed EIP-3009 authorization that moves `value` atomic units of USDC from the workspace's wallet into its pool; the
 * worker relays it and pays the gas. The same authorization sent again answers the first result. Throws
 * `authorization_invalid`, `authorization_used`, `insufficient_funds`, `settlement_paused`, `rate_limited`, `dependency_unavailable`.
 */
export async function authorizeDeposit({
  workspaceId,
  actor,
  input,
}: AuthorizeDeposit): Promise<DepositAuthorizationView> {
  const { account: wallet } = await getWorkspaceWallet(workspaceId)
  const authorization = {
    from: checksummed(wallet),
    value: BigInt(input.value),
    validAfter: BigInt(input.validAfter),
    validBefore: BigInt(input.validBefore),
    nonce: input.nonce as `0x${string}`,
    signature: input.signature as `0x${string}`,
  }
  await assertUsable(authorization)
  await assertSigned(authorization)
  await assertTaken(authorization)
  if ((await countOpenDeposits(workspaceId)) >= MAX_OPEN_DEPOSITS) {
    throw new AppError(
      'rate_limited',
      `${MAX_OPEN_DEPOSITS} deposits without gas are on their way already. Wait until one is in the pool.`,
      { retryAfterSeconds: 15 },
    )
  }
  const stored = await insertDepositAuthorization({
    workspaceId,
    chainId: env().NETWORK.chainId,
    from: storedAddress(wallet),
    amount: authorization.value,
    validAfter: authorization.validAfter,
    validBefore: authorization.validBefore,
    nonce: authorization.nonce,
    signature: authorization.signature,
    requestedBy: actor,
  })
  if (!stored)
    throw new AppError(
      'authorization_used',
      'This nonce was used for another deposit. Sign again with a new one.',
      { param: 'nonce' },
    )
  return stored
}

type Page = { workspaceId: string; limit?: number | undefined; cursor?: string | undefined }

/** Newest first; `cursor` is the last id of the page before. Throws `invalid_cursor`. */
export async function listDepositAuthorizations({
  workspaceId,
  limit = LIST_LIMIT,
  cursor,
}: Page): Promise<{ deposits: DepositAuthorizationView[]; nextCursor: string | null }> {
  if (cursor !== undefined && !(await isOfList({ workspaceId, id: cursor })))
    throw new AppError('invalid_cursor', 'Start again without a cursor.', { param: 'cursor' })
  const rows = await listDepositAuthorizationRows({ workspaceId, after: cursor ?? null, take: limit + 1 })
  const deposits = rows.slice(0, limit)
  const last = deposits.at(-1)
  return { deposits, nextCursor: rows.length > limit && last ? last.depositAuthorizationId : null }
}

const idSchema = z.guid()

async function isOfList(of: { workspaceId: string; id: string }): Promise<boolean> {
  return idSchema.safeParse(of.id).success && hasDepositAuthorization(of)
}

type Authorization = {
  from: `0x${string}`
  value: bigint
  validAfter: bigint
  validBefore: bigint
  nonce: `0x${string}`
  signature: `0x${string}`
}

async function assertUsable({ from, value, validAfter, validBefore, nonce }: Authorization) {
  if (value < MIN_GASLESS_DEPOSIT_ATOMIC) {
    throw new AppError(
      'authorization_invalid',
      `Deposits without gas start at 1 USDC; this one is ${formatUsdc(value)} USDC.`,
      { param: 'value' },
    )
  }
  const [head, state, isUsed] = await Promise.all([
    readHead(),
    readWallet({ address: from }),
    isAuthorizationUsed({ authorizer: from, nonce }),
  ])
  if (state.settlementPaused)
    throw new AppError('settlement_paused', 'Top up is paused on the contract. Withdraw still works.')
  if (isUsed)
    throw new AppError(
      'authorization_used',
      'USDC has used or cancelled this authorization already. Sign again with a new nonce.',
      { param: 'nonce' },
    )
  if (validAfter > head.timestamp) {
    throw new AppError(
      'authorization_invalid',
      'The authorization is not valid yet. Sign again with validAfter 0.',
      { param: 'validAfter' },
    )
  }
  if (validBefore < head.timestamp + BigInt(MIN_AUTHORIZATION_SECONDS_LEFT)) {
    throw new AppError(
      'authorization_invalid',
      `The authorization must still be valid for ${MIN_AUTHORIZATION_SECONDS_LEFT} seconds. Sign again.`,
      { param: 'validBefore' },
    )
  }
  if (state.usdcBalance < value) {
    throw new AppError(
      'insufficient_funds',
      `The wallet holds ${formatUsdc(state.usdcBalance)} USDC; the deposit is ${formatUsdc(value)} USDC.`,
      {
        param: 'value',
        details: { available: state.usdcBalance.toString(), required: value.toString() },
      },
    )
  }
}

/** A wallet's signature can be good and still not in the one form that USDC takes (v of 27 or 28, low s, no ERC-6492 wrapper). */
async function assertTaken(authorization: Authorization) {
  const simulated = await orUnavailable(() => simulateSettlementDeposit(authorization))
  if (simulated.ok) return
  throw new AppError(
    'authorization_invalid',
    `The chain refuses this deposit: ${simulated.reason.slice(0, 200)}. Nothing was stored; sign again.`,
    { param: 'signature' },
  )
}

async function assertSigned({ signature, ...authorization }: Authorization) {
  const { NETWORK, USDC_ADDRESS, SETTLEMENT_ADDRESS } = env()
  const typedData = buildReceiveAuthorization({
    ...authorization,
    chainId: NETWORK.chainId,
    usdcAddress: checksummed(USDC_ADDRESS),
    usdcDomainName: NETWORK.usdcDomainName,
    to: checksummed(SETTLEMENT_ADDRESS),
  })
  const isValid = await verifyTypedDataSignature({ address: authorization.from, signature, typedData })
  if (!isValid) {
    throw new AppError(
      'authorization_invalid',
      "The signature is not the workspace wallet's over this deposit. Sign again with that wallet.",
      { param: 'signature' },
    )
  }
}
