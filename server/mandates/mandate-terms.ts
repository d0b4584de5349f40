import { checksummed, type StoredAddress } from '@/domain/address'
import {
  areSameTerms,
  type MandateTerms,
  type MandateTermsInput,
  type MandateWarning,
  tightenTerms,
} from '@/domain/mandate'
import { buildMandate } from '@/domain/mandate-terms'
import { AppError } from '@/server/core/app-error'
import { now } from '@/server/core/clock'
import { env } from '@/server/core/env'
import type { ToSignRow } from './sign-repository'

const ENDS_SOON_SECONDS = 3_600n

export function termsOf(row: ToSignRow): MandateTerms {
  return {
    limitAmount: row.limitAmount,
    validForSeconds: Number(row.validUntil - row.validFrom),
    maxAmountPerTx: row.maxAmountPerTx,
    recipientAllowlist: row.recipientAllowlist,
    period:
      row.periodSeconds === null || row.periodLimit === null
        ? null
        : { seconds: row.periodSeconds, limit: row.periodLimit },
  }
}

/**
 * What is to be signed: the terms asked for with what the person lowered. Throws `invalid_request` that names each looser
 * field, terms that differ from what somebody signed already, and an end that has passed.
 */
export function chooseTerms(row: ToSignRow, lowered: MandateTermsInput | undefined): MandateTerms {
  const asked = termsOf(row)
  const { terms, errors } = tightenTerms(asked, lowered ?? {})
  if (errors.length === 0 && row.signatureCount > 0 && !areSameTerms(asked, terms)) {
    errors.push({ path: 'terms', message: 'The first signature has fixed the terms.' })
  }
  if (errors.length === 0 && validUntilOf(row, terms) <= nowSeconds()) {
    errors.push({
      path: 'terms.validForSeconds',
      message: 'It would be over already: it counts from when it was asked for.',
    })
  }
  if (errors.length > 0) {
    const paths = errors.map(({ path }) => path).join(', ')
    throw new AppError('invalid_request', `A mandate is only ever tightened. Correct ${paths}.`, { errors })
  }
  return terms
}

export function validUntilOf(row: ToSignRow, { validForSeconds }: MandateTerms): bigint {
  return row.validFrom + BigInt(validForSeconds)
}

/** The EIP-712 document of these terms for one signer. */
export function buildTypedData(row: ToSignRow, terms: MandateTerms, signer: string) {
  return buildMandate({
    chainId: env().NETWORK.chainId,
    mandateId: row.id,
    agentId: row.agentId,
    workspaceWallet: checksummed(row.workspaceWallet),
    signer: checksummed(signer),
    asset: checksummed(env().USDC_ADDRESS),
    limitAmount: terms.limitAmount,
    maxAmountPerTx: terms.maxAmountPerTx ?? 0n,
    recipientAllowlist: terms.recipientAllowlist.map(checksummed),
    periodSeconds: BigInt(terms.period?.seconds ?? 0),
    periodLimit: terms.period?.limit ?? 0n,
    validFrom: row.validFrom,
    validUntil: validUntilOf(row, terms),
    naturalLanguage: row.naturalLanguage,
  })
}

export function requiredSignatures(row: ToSignRow, { limitAmount }: MandateTerms): number {
  return row.twoApproversFrom !== null && limitAmount >= row.twoApproversFrom ? 2 : 1
}

/** How many persons have signed whose signature counts now. */
export function countedSignatures({ signers }: ToSignRow): number {
  return signers.filter(({ isCounted }) => isCounted).length
}

/** What the person should know before signing. */
export function warningsOf(row: ToSignRow, terms: MandateTerms, signer: StoredAddress): MandateWarning[] {
  const warnings: MandateWarning[] = []
  if (row.hostAllowlist.length > 0) warnings.push('pays_no_payouts')
  else if (terms.recipientAllowlist.length === 0) warnings.push('any_recipient')
  const others = row.signers.filter(({ address, isCounted }) => isCounted && address !== signer).length
  if (others + 1 < requiredSignatures(row, terms)) warnings.push('second_signature_needed')
  if (validUntilOf(row, terms) - nowSeconds() < ENDS_SOON_SECONDS) warnings.push('ends_soon')
  return warnings
}

function nowSeconds(): bigint {
  return BigInt(Math.floor(now().getTime() / 1000))
}
