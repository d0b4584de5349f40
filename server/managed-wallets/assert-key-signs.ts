import { zeroHash } from 'viem'
import { checksummed } from '@/domain/address'
import { buildTransferAuthorization } from '@/domain/usdc-authorization'
import { env } from '@/server/core/env'
import type { NewKey } from './managed-wallet'
import { signerOf } from './signer-of'

/**
 * Has a new key sign once, before anybody is told its address: money sent to an address whose key signs nothing is lost. What it signs
 * has the form of a payout, which a policy at the service lets pass, of nothing, to itself, and ended in 1970. Throws `SignerError`.
 */
export async function assertKeySigns(chainId: number, key: NewKey): Promise<void> {
  const { NETWORK, USDC_ADDRESS } = env()
  await signerOf({ ...key, chainId, workspaceId: null }).signTypedData(
    buildTransferAuthorization({
      chainId,
      usdcAddress: checksummed(USDC_ADDRESS),
      usdcDomainName: NETWORK.usdcDomainName,
      from: checksummed(key.address),
      to: checksummed(key.address),
      value: 0n,
      validAfter: 0n,
      validBefore: 0n,
      nonce: zeroHash,
    }),
  )
}
