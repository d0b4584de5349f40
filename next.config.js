const root = import.meta.dirname

// Bundler aliases and static headers, nothing else. The Content-Security-Policy carries a nonce and is set where the
// request is answered (server/web/security-headers.ts).
/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  outputFileTracingRoot: root,
  serverExternalPackages: [
    'pg',
    'graphile-worker',
    'pino',
    'pino-pretty',
    'prom-client',
    'secp256k1',
    '@prisma/client',
    '@prisma/adapter-pg',
  ],
  turbopack: {
    root,
    resolveAlias: {
      // An optional peer that @coinbase/cdp-sdk imports and Bursar does not use.
      '@x402/svm': './scripts/stubs/empty.mjs',
      '@x402/svm/exact/client': './scripts/stubs/empty.mjs',
      'wagmi/experimental': './scripts/stubs/wagmi-experimental.mjs',
    },
  },
  async headers() {
    return [
      {
        source: '/:path*',
        headers: [
          { key: 'X-Content-Type-Options', value: 'nosniff' },
          { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
          { key: 'X-Frame-Options', value: 'DENY' },
          // Passkey wallets open a popup that talks back to this window.
          { key: 'Cross-Origin-Opener-Policy', value: 'same-origin-allow-popups' },
          { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=(self)' },
        ],
      },
    ]
  },
}

export default config
