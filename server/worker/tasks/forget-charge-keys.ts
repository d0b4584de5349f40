import { forgetChargeKeys } from '@/server/balance'

export async function forgetChargeKeysTask(): Promise<void> {
  await forgetChargeKeys()
}
