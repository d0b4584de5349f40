import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { addKey } from './add-key'
import { unsealPrivateKey } from './seal-private-key'
import { assignStock, discardStock, listLocalStock, readStock, whileStocking } from './stock-repository'

/** So many workspaces can be made while no worker runs, or while the service that makes keys is away. */
export const STOCK_SIZE = 20

type Stocked = { created: number; assigned: number }

/**
 * Keeps 20 unused wallets where WALLET_SIGNER says and gives one to each live workspace that has none. Any number of workers may
 * call it at once. Throws `SignerError` when the service makes no key, or one that does not sign for its address.
 */
export async function stockWallets(signal?: AbortSignal): Promise<Stocked> {
  const of = { chainId: env().NETWORK.chainId, signer: env().WALLET_SIGNER }
  if (isWithoutKey()) return { created: 0, assigned: 0 }
  await discardUseless(of.chainId)
  if (!isNeeded(await readStock(of))) return { created: 0, assigned: 0 }
  const stocked = await whileStocking(of.chainId, async () => {
    const total = { created: 0, assigned: 0 }
    for (let stock = await readStock(of); isNeeded(stock) && !signal?.aborted; stock = await readStock(of)) {
      const assigned = stock.isShort ? await assignStock(of) : 0
      total.assigned += assigned
      if (assigned > 0) continue
      if (!(await addKey(of))) break
      total.created += 1
    }
    return total
  })
  if (stocked && stocked.created + stocked.assigned > 0)
    log.info({ ...of, ...stocked }, 'managed wallets stocked')
  return stocked ?? { created: 0, assigned: 0 }
}

function isNeeded({ unused, isShort }: { unused: number; isShort: boolean }): boolean {
  return unused < STOCK_SIZE || isShort
}

/**
 * Sealed keys leave the stock when new ones are to be elsewhere, and those that another WALLET_ENCRYPTION_KEY sealed leave it at once:
 * a workspace that took one could get USDC that nobody can move.
 */
async function discardUseless(chainId: number): Promise<void> {
  const { WALLET_SIGNER, WALLET_ENCRYPTION_KEY: encryptionKey } = env()
  const opens = ({ address, keyReference: sealed }: { address: string; keyReference: string }) =>
    encryptionKey !== undefined && unsealPrivateKey({ encryptionKey, address, sealed }) !== null
  const stock = await listLocalStock(chainId)
  const useless = WALLET_SIGNER === 'local' ? stock.filter((key) => !opens(key)) : stock
  if (useless.length === 0) return
  const discarded = await discardStock(chainId, useless)
  log.warn(
    { discarded, signer: WALLET_SIGNER },
    'unused wallets that this worker would not sign for left the stock',
  )
}

let isSaid = false

/** Said once, not each round: an installation without payouts needs no key. */
function isWithoutKey(): boolean {
  const { WALLET_SIGNER, WALLET_ENCRYPTION_KEY } = env()
  if (WALLET_SIGNER !== 'local' || WALLET_ENCRYPTION_KEY) return false
  if (!isSaid)
    log.warn('WALLET_ENCRYPTION_KEY is not set: new workspaces get no payout wallet and nothing is paid out')
  isSaid = true
  return true
}
