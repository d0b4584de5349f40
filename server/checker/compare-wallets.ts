import { formatUsdc } from '@/domain/money'
import { readSigningConditions } from '@/server/chain'
import type { Finding } from './finding'
import type { Reserve, Snapshot } from './snapshot-repository'

const WALLETS_PER_CALL = 200

const sum = (promised: Reserve['promised']) => promised.reduce((total, { amount }) => total + amount, 0n)

/** Managed wallets that hold less than they have promised: nothing is lost, but what they signed cannot be paid. Throws when the chain does not answer. */
export async function compareWallets({ reserves }: Pick<Snapshot, 'reserves'>): Promise<Finding[]> {
  const findings: Finding[] = []
  for (let start = 0; start < reserves.length; start += WALLETS_PER_CALL) {
    const chunk = reserves.slice(start, start + WALLETS_PER_CALL)
    const wallets = chunk.map(({ wallet }) => wallet)
    const { held } = await readSigningConditions({ wallets, recipients: [], keys: [] })
    for (const reserve of chunk) {
      if ((held.get(reserve.wallet) ?? 0n) >= sum(reserve.promised)) continue
      const short = await findShortage(reserve)
      if (short) findings.push(short)
    }
  }
  return findings
}

/** What is used has left the wallet already: balance and authorizations of one block decide. */
async function findShortage({ wallet, workspaceId, promised }: Reserve): Promise<Finding | null> {
  const signed = promised.flatMap(({ nonce, amount }) => (nonce === null ? [] : [{ nonce, amount }]))
  const { held, used, blockNumber } = await readSigningConditions({
    wallets: [wallet],
    recipients: [],
    keys: signed.map(({ nonce }) => ({ authorizer: wallet, nonce })),
  })
  const paid = sum(signed.filter((_, index) => used[index] === true))
  const [has, needs] = [held.get(wallet) ?? 0n, sum(promised) - paid]
  if (has >= needs) return null
  return {
    kind: 'managed_wallet_short',
    subject: wallet,
    workspaceId,
    isViolation: false,
    message: `The managed wallet ${wallet} holds ${formatUsdc(has)} USDC and has promised ${formatUsdc(needs)}.`,
    details: { held: has.toString(), promised: needs.toString(), block: blockNumber.toString() },
  }
}
