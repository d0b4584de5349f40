import type { Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { checksummed, storedAddress } from '@/domain/address'
import { buildTransferAuthorization } from '@/domain/usdc-authorization'
import {
  createSigner,
  isAuthorizationUsed,
  readHead,
  readTransferConditions,
  type Signer,
  signHash,
} from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { ENDED, type Next, waitFor } from '@/server/relayer'
import {
  type DueWithdrawal,
  failWithdrawal,
  type SignedAuthorization,
  storeAuthorization,
} from './due-withdrawal-repository'
import { judgeBeforeSigning, WITHDRAWAL_AUTHORIZATION_SECONDS, withdrawalNonce } from './withdrawal'

const LOOK_AGAIN_SECONDS = 15

/** Signs and stores the authorization of a requested withdrawal, or says what it waits for. */
export async function signWithdrawal(withdrawal: DueWithdrawal): Promise<Next | SignedAuthorization> {
  const signer = treasurySigner()
  if (!signer || storedAddress(signer.address) !== withdrawal.from) {
    return waitFor('treasury_key', LOOK_AGAIN_SECONDS)
  }
  const nonce = withdrawalNonce({
    chainId: env().NETWORK.chainId,
    asset: env().USDC_ADDRESS,
    id: withdrawal.id,
  })
  const [conditions, isUsed] = await Promise.all([
    readTransferConditions(withdrawal),
    isAuthorizationUsed({ authorizer: withdrawal.from, nonce }),
  ])
  // A restored backup does not know what it had paid: the signature below is then of a used nonce, and the logs decide.
  const judged = isUsed ? ({ step: 'sign' } as const) : judgeBeforeSigning(conditions, withdrawal.amount)
  if (judged.step === 'wait') return waitFor(judged.waitingFor, LOOK_AGAIN_SECONDS)
  if (judged.step === 'fail') {
    await failWithdrawal(withdrawal, judged.reason)
    return ENDED
  }
  const { timestamp } = await readHead()
  const authorization = await sign(signer, withdrawal, {
    nonce,
    validBefore: timestamp + WITHDRAWAL_AUTHORIZATION_SECONDS,
  })
  const outcome = await storeAuthorization(withdrawal, authorization, {
    held: isUsed ? BEYOND_ALL : conditions.held,
    gasAllowance: env().GAS_ALLOWANCE_WEI_PER_DAY,
  })
  if (outcome === 'signed') return authorization
  log.info({ withdrawal: withdrawal.id, outcome }, 'withdrawal not signed yet')
  if (outcome === 'gas_allowance') return waitFor('gas_allowance', LOOK_AGAIN_SECONDS)
  // The money is there, but promised to others that are on their way.
  return outcome === 'reserved' ? waitFor('other_withdrawals', 2) : waitFor(null, 0)
}

/** Paid already: what the address holds now does not matter. */
const BEYOND_ALL = 10n ** 30n

/** What it signs has been recovered, and has the form that USDC takes, before anybody relies on it. */
function treasurySigner(): Signer | null {
  const privateKey = env().TREASURY_PRIVATE_KEY as Hex | undefined
  if (!privateKey) return null
  return createSigner({
    address: privateKeyToAddress(privateKey),
    sign: ({ hash }) => signHash({ hash, privateKey }),
  })
}

async function sign(
  signer: Signer,
  { from, to, amount }: DueWithdrawal,
  { nonce, validBefore }: { nonce: `0x${string}`; validBefore: bigint },
): Promise<SignedAuthorization> {
  const typedData = buildTransferAuthorization({
    chainId: env().NETWORK.chainId,
    usdcAddress: checksummed(env().USDC_ADDRESS),
    usdcDomainName: env().NETWORK.usdcDomainName,
    from: checksummed(from),
    to: checksummed(to),
    value: amount,
    validAfter: 0n,
    validBefore,
    nonce,
  })
  return { nonce, validBefore, signature: await signer.signTypedData(typedData) }
}
