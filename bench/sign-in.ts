import type { PrivateKeyAccount } from 'viem/accounts'
import { createSiweMessage } from 'viem/siwe'

/** Signs an account in to the console at `url`; returns the cookie. */
export async function signIn(url: string, account: PrivateKeyAccount): Promise<string> {
  const { nonce } = (await (await post(`${url}/api/auth/nonce`, {})).json()) as { nonce: string }
  const message = createSiweMessage({
    address: account.address,
    chainId: 31337,
    domain: new URL(url).host,
    uri: url,
    nonce,
    version: '1',
    issuedAt: new Date(),
  })
  const signature = await account.signMessage({ message })
  const response = await post(`${url}/api/auth/verify`, { message, signature })
  if (!response.ok) throw new Error(`signing in answered ${response.status}: ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json', origin: new URL(url).origin }
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
}
