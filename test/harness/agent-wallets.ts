// How a wallet registers an agent or is linked to one, through the public door.
import type { PrivateKeyAccount } from 'viem/accounts'
import { expect } from 'vitest'
import { walletNonceView, walletRegisteredView } from '@/domain/agent-api'
import { rest } from './people'

type Bearer = { headers: { authorization: string } }

/** The message that a wallet is to sign. */
export async function askMessage(
  address: string,
  { purpose = 'register', headers }: { purpose?: 'register' | 'link' } & Partial<Bearer> = {},
): Promise<string> {
  const response = await rest('POST', '/api/v1/agents/wallet-nonce', {
    body: { address, purpose },
    ...(headers ? { headers } : {}),
  })
  expect(response.status).toBe(200)
  return walletNonceView.parse(await response.json()).siwe_message
}

export function sendRegistration(message: string, signature: string, more: object = {}): Promise<Response> {
  return rest('POST', '/api/v1/agents/wallet-register', {
    body: { message, signature, ...more },
    origin: null,
  })
}

export function sendLink({ headers }: Bearer, message: string, signature: string): Promise<Response> {
  return rest('POST', '/api/v1/agents/wallet-link', { body: { message, signature }, headers, origin: null })
}

/** Registers an agent by the account's signature and answers what the server did, with headers that carry its bearer. */
export async function registerByWallet(account: PrivateKeyAccount, status = 201) {
  const message = await askMessage(account.address)
  const response = await sendRegistration(message, await account.signMessage({ message }))
  expect(response.status).toBe(status)
  const registered = walletRegisteredView.parse(await response.json())
  return { ...registered, headers: { authorization: `Bearer ${registered.bearer}` } }
}
