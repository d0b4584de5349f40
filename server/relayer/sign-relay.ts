import { keccak256 } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import type { RelayCall } from '@/server/chain'
import { env } from '@/server/core/env'
import { FILL_GAS_LIMIT, type RelayFees } from './relayer'

type SignRelay = { account: PrivateKeyAccount; nonce: bigint; call: RelayCall; fees: RelayFees }

/** The bytes are what counts: the same bytes can be sent any number of times and are mined at most once. */
export async function signRelay({
  account,
  nonce,
  call,
  fees,
}: SignRelay): Promise<{ raw: `0x${string}`; hash: `0x${string}` }> {
  const raw = await account.signTransaction({
    type: 'eip1559',
    chainId: env().NETWORK.chainId,
    nonce: Number(nonce),
    to: call.to,
    data: call.data,
    value: 0n,
    gas: call.gasLimit,
    ...fees,
  })
  return { raw, hash: keccak256(raw) }
}

/** A transaction that does nothing but use up its nonce. */
export function signFill({ account, ...rest }: Omit<SignRelay, 'call'>) {
  return signRelay({ ...rest, account, call: { to: account.address, data: '0x', gasLimit: FILL_GAS_LIMIT } })
}
