import { now } from '@/server/core/clock'
import { log } from '@/server/core/log'
import { assertKeySigns } from './assert-key-signs'
import { createKey } from './create-key'
import { type NewKey, TRIED_MILLISECONDS, type WalletSignerKind } from './managed-wallet'
import { insertStock } from './stock-repository'

let made: { key: NewKey; chainId: number; at: number } | null = null

/** Makes a key that signs and puts it into the stock; false when the service names one that is there already. Throws `SignerError`. */
export async function addKey({
  chainId,
  signer,
}: {
  chainId: number
  signer: WalletSignerKind
}): Promise<boolean> {
  const at = now().getTime()
  const isKept = made?.key.signer === signer && made.chainId === chainId && at - made.at < TRIED_MILLISECONDS
  if (!made || !isKept) made = { key: await createKey(), chainId, at }
  const { key } = made
  await assertKeySigns(chainId, key)
  const isNew = await insertStock(chainId, key)
  made = null
  if (!isNew)
    log.error({ signer, address: key.address }, 'the service named a key that is in use as a new one')
  return isNew
}
