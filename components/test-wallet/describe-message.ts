import { parseSiweMessage } from 'viem/siwe'

export type DescribedMessage = { headline: string; warning: string | null }

/** What a signed text does: a sign-in (EIP-4361) names its site, and a site other than this page's is a phishing attempt. */
export function describeMessage(text: string, host: string): DescribedMessage {
  const { domain, nonce } = parseSiweMessage(text)
  if (!domain || !nonce) return { headline: 'Sign this text', warning: null }
  const warning =
    domain === host ? null : `This signs in to ${domain}, but the page that asks is ${host}. Reject it.`
  return { headline: `Sign in to ${domain}`, warning }
}
