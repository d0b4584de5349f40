import { recoverTypedDataAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { checksummed, storedAddress } from '@/domain/address'
import { buildTransferAuthorization } from '@/domain/usdc-authorization'
import { isAuthorizationUsed, readHead, readTransferConditions } from '@/server/chain'
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
  const account = treasuryAccount()
  if (!account || storedAddress(account.address) !== withdrawal.from) {
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
  const authorization = await sign(account, withdrawal, {
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

type Account = ReturnType<typeof privateKeyToAccount>

function treasuryAccount(): Account | null {
  const key = env().TREASURY_PRIVATE_KEY
  return key ? privateKeyToAccount(key as `0x${string}`) : null
}

/** The signature is checked as USDC will check it before anybody relies on it. */
async function sign(
  account: Account,
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
  const signature = await account.signTypedData(typedData)
  const signer = await recoverTypedDataAddress({ ...typedData, signature })
  if (storedAddress(signer) !== from) throw new Error('the signature is not of the receive address')
  return { nonce, validBefore, signature }
}
