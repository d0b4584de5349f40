import { randomBytes } from 'node:crypto'

type PolicyInput = {
  nonce: string
  /** The RPC endpoint that browsers read the chain from. */
  publicRpcUrl: string
  isDevelopment: boolean
  hasWalletConnect: boolean
  /** The endpoint that browsers read people's names from; null when names are not shown. */
  namesRpcUrl: string | null
}

// Passkey and Coinbase wallets talk to these; nothing else outside this origin is reached.
const WALLET_ORIGINS = [
  'https://keys.coinbase.com',
  'https://api.developer.coinbase.com',
  'https://rpc.wallet.coinbase.com',
  'wss://www.walletlink.org',
]
const WALLETCONNECT_ORIGINS = [
  'https://*.walletconnect.com',
  'https://*.walletconnect.org',
  'wss://*.walletconnect.com',
  'wss://*.walletconnect.org',
  // The list of wallets and their icons, which its window fetches and shows as blobs.
  'https://api.web3modal.org',
]

// Where the resolver on Ethereum sends those who ask for a Basename (ERC-3668).
const BASENAME_GATEWAY = 'https://api.coinbase.com'

/** The Content-Security-Policy of a page: scripts run only with this answer's nonce, frames only for the passkey wallet. */
export function buildContentSecurityPolicy({
  nonce,
  publicRpcUrl,
  isDevelopment,
  hasWalletConnect,
  namesRpcUrl,
}: PolicyInput): string {
  const rpcOrigin = new URL(publicRpcUrl).origin
  const connect = [
    "'self'",
    rpcOrigin,
    rpcOrigin.replace(/^http/, 'ws'),
    ...WALLET_ORIGINS,
    ...(hasWalletConnect ? WALLETCONNECT_ORIGINS : []),
    ...(namesRpcUrl ? [new URL(namesRpcUrl).origin, BASENAME_GATEWAY] : []),
  ]
  const directives: Record<string, string[]> = {
    'default-src': ["'self'"],
    // Development only: React's refresh runtime evaluates modules.
    'script-src': [
      "'self'",
      `'nonce-${nonce}'`,
      "'strict-dynamic'",
      ...(isDevelopment ? ["'unsafe-eval'"] : []),
    ],
    // Radix, Recharts and Sonner set style attributes and style elements; styles cannot run code.
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'"],
    'connect-src': isDevelopment ? [...connect, 'ws:'] : connect,
    'frame-src': [
      'https://keys.coinbase.com',
      ...(hasWalletConnect ? ['https://verify.walletconnect.com', 'https://verify.walletconnect.org'] : []),
    ],
    'frame-ancestors': ["'none'"],
    'form-action': ["'self'"],
    'base-uri': ["'none'"],
    'object-src': ["'none'"],
  }
  return Object.entries(directives)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join('; ')
}

export function createNonce(): string {
  return randomBytes(16).toString('base64')
}

/**
 * The Strict-Transport-Security of every answer: two years, for this host alone. Null while the console is served from an http://
 * origin too, which browsers would not reach any more.
 */
export function transportSecurityOf(origins: readonly string[]): string | null {
  const isAllHttps = origins.length > 0 && origins.every((origin) => origin.startsWith('https://'))
  return isAllHttps ? 'max-age=63072000' : null
}

/** What API answers carry besides their own headers: they are data, never a document to render. */
export const API_SECURITY_HEADERS: Record<string, string> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
}
