import { env } from '@/server/core/env'
import type { Facilitator } from './facilitator'
import { relayerFacilitator } from './relayer-facilitator'
import { createRemoteFacilitator } from './remote-facilitator'

const COINBASE_FACILITATOR_URL = 'https://api.cdp.coinbase.com/platform/v2/x402'

type Settings = {
  /** Any facilitator for `exact`; null when none is configured. */
  url: string | null
  /** Coinbase's, for both schemes; null without an API key. */
  cdp: { key: CdpKey; apiUrl?: string } | null
}
type CdpKey = { id: string; secret: string }

let chosen: readonly Facilitator[] | undefined

/** Who settles on this deployment, in the order of preference: the first that serves a scheme gets it. */
export function chooseFacilitators(): readonly Facilitator[] {
  const { X402_FACILITATOR_URL, CDP_API_KEY_ID: id, CDP_API_KEY_SECRET: secret, isLocal } = env()
  chosen ??= listFacilitators({
    url: X402_FACILITATOR_URL ?? null,
    // Coinbase knows no local chain.
    cdp: id && secret && !isLocal ? { key: { id, secret } } : null,
  })
  return chosen
}

export function listFacilitators({ url, cdp }: Settings): readonly Facilitator[] {
  return [
    ...(url ? [createRemoteFacilitator({ name: 'url', url, schemes: ['exact'] })] : []),
    ...(cdp ? [createCoinbaseFacilitator(cdp.key, cdp.apiUrl)] : []),
    relayerFacilitator,
  ]
}

function createCoinbaseFacilitator(key: CdpKey, url = COINBASE_FACILITATOR_URL): Facilitator {
  return createRemoteFacilitator({
    name: 'cdp',
    url,
    schemes: ['exact', 'upto'],
    authorize: async ({ method, url: called }) => {
      // Takes 0.2 s to load, so only a deployment with a key pays for it.
      const { generateJwt } = await import('@coinbase/cdp-sdk/auth')
      const token = await generateJwt({
        apiKeyId: key.id,
        apiKeySecret: key.secret,
        requestMethod: method,
        requestHost: called.host,
        requestPath: called.pathname,
      })
      return { authorization: `Bearer ${token}` }
    },
  })
}
