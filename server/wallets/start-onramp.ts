import { z } from 'zod'
import { checksummed } from '@/domain/address'
import { type Actor, recordAudit } from '@/server/audit'
import { AppError } from '@/server/core/app-error'
import { inTransaction } from '@/server/core/db'
import { env } from '@/server/core/env'
import { getWorkspaceWallet } from './get-workspace-wallet'

const COINBASE_API_URL = 'https://api.developer.coinbase.com'
const TOKEN_PATH = '/onramp/v1/token'
const TIMEOUT_MS = 10_000

type OnrampKey = { id: string; secret: string }
type StartOnramp = {
  workspaceId: string
  actor: Actor
  /** The key that signs the call; null where the on-ramp is not configured. */
  key?: OnrampKey | null
  apiUrl?: string
}

const answerSchema = z.object({ token: z.string().min(1) })

/**
 * Opens a Coinbase Onramp session that delivers USDC on Base to the workspace's wallet and nowhere else; the token serves
 * once, for five minutes. Throws `feature_disabled` where it is not configured, `not_found`, and `dependency_unavailable`.
 */
export async function startOnramp({
  workspaceId,
  actor,
  key = env().onrampKey,
  apiUrl = COINBASE_API_URL,
}: StartOnramp): Promise<{ sessionToken: string }> {
  if (!key) throw new AppError('feature_disabled', 'Coinbase Onramp is not configured on this deployment.')
  const { account } = await getWorkspaceWallet(workspaceId)
  const sessionToken = await requestToken({
    url: new URL(TOKEN_PATH, apiUrl),
    key,
    address: checksummed(account),
  })
  await inTransaction((client) =>
    recordAudit(client, { actor, action: 'wallet.onramp_started', workspaceId, target: account }),
  )
  return { sessionToken }
}

type TokenRequest = { url: URL; key: OnrampKey; address: string }

async function requestToken({ url, key, address }: TokenRequest): Promise<string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${await signCall(url, key)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ addresses: [{ address, blockchains: ['base'] }], assets: ['USDC'] }),
      // The bearer must not follow a redirect.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (!response.ok) throw new Error(`Coinbase Onramp answered ${response.status}`)
    return answerSchema.parse(await response.json()).token
  } catch (cause) {
    throw new AppError(
      'dependency_unavailable',
      'Coinbase Onramp does not answer just now. Nothing was bought; try again in a few seconds.',
      { cause, retryAfterSeconds: 5 },
    )
  }
}

/** A JWT for this one call. Its module takes 0.2 s to load, so only a deployment that sells USDC pays for it. */
async function signCall(url: URL, key: OnrampKey): Promise<string> {
  const { generateJwt } = await import('@coinbase/cdp-sdk/auth')
  return generateJwt({
    apiKeyId: key.id,
    apiKeySecret: key.secret,
    requestMethod: 'POST',
    requestHost: url.host,
    requestPath: url.pathname,
  })
}
