import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { env } from '@/server/core/env'

/** The relayer keys of this process; only the worker has any. */
export function relayerAccounts(): PrivateKeyAccount[] {
  return env().RELAYER_PRIVATE_KEYS.map((key) => privateKeyToAccount(key as `0x${string}`))
}
