import { randomBytes } from 'node:crypto'
import { createSiweMessage } from 'viem/siwe'
import { checksummed, type StoredAddress } from '@/domain/address'
import type { WalletNoncePurpose } from '@/domain/agent-api'
import { now } from '@/server/core/clock'
import { env } from '@/server/core/env'
import type { AgentCaller } from './caller-repository'
import { assertLinked } from './require-agent'
import { insertWalletNonce } from './wallet-nonce-repository'

const NONCE_SECONDS = 300

type Asked = {
  address: StoredAddress
  purpose: WalletNoncePurpose
  /** Who asks, for a link; null registers. */
  agent: AgentCaller | null
  /** The page that asks, so that the wallet sees its own site in the message; any other is answered with the first. */
  origin: string | null
}

/**
 * An EIP-4361 message for a wallet to sign once, within five minutes. One for `link` names the agent that asked and works
 * for no other. Throws `agent_not_linked`.
 */
export async function issueWalletNonce({ address, purpose, agent, origin }: Asked) {
  const linked = agent && assertLinked(agent)
  const origins = env().APP_ORIGINS
  const site = new URL(origins.find((known) => known === origin) ?? origins[0] ?? 'http://localhost')
  const nonce = randomBytes(16).toString('hex')
  const issuedAt = now()
  const message = createSiweMessage({
    address: checksummed(address),
    chainId: env().NETWORK.chainId,
    domain: site.host,
    uri: site.origin,
    version: '1',
    nonce,
    issuedAt,
    expirationTime: new Date(issuedAt.getTime() + NONCE_SECONDS * 1000),
    statement: linked ? linkStatement(linked) : REGISTER_STATEMENT,
  })
  const agentId = linked?.agentId ?? null
  const expiresAt = await insertWalletNonce({
    nonce,
    address,
    purpose,
    agentId,
    message,
    ttlSeconds: NONCE_SECONDS,
  })
  return { message, nonce, expiresAt }
}

const REGISTER_STATEMENT =
  'Register an agent with this wallet, or recover it. Whoever receives its bearer can spend its balance. USDC from this wallet can be credited to it.'

// EIP-4361 allows printable ASCII in a statement; the id is what counts, the name helps the person.
function linkStatement({ agentId, name }: AgentCaller): string {
  const printable = name.replaceAll(/[^\x20-\x7e]|["\\]/g, '?')
  return `Link this wallet to the agent ${agentId} (${printable}). USDC from this wallet can be credited to that agent, which can spend it.`
}
