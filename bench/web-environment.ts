/** What a web process of a benchmark starts with: without the keys of the worker's side, which this process may have. */
export const webEnvironment = {
  NODE_ENV: 'production',
  PROCESS_KIND: 'web',
  RELAYER_PRIVATE_KEYS: '',
  WALLET_ENCRYPTION_KEY: '',
} as const
