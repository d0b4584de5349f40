import { hexToBytes } from 'viem'
import { checksummed, type StoredAddress } from '@/domain/address'
import type { MandateDetailsView, MandateTermsInput } from '@/domain/mandate'
import type { Actor } from '@/server/audit'
import { hashTypedData, verifyTypedDataSignature } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { describeAllowlist } from './describe-allowlist'
import { getMandateDetails } from './get-mandate'
import {
  buildTypedData,
  chooseTerms,
  countedSignatures,
  requiredSignatures,
  validUntilOf,
  warningsOf,
} from './mandate-terms'
import { buildMandateView } from './mandate-view'
import { mayNotApprove, noSuchMandate, wrongState } from './refusals'
import { findToSign, type SignOutcome, storeSignature, type ToSignRow } from './sign-repository'

// Two signers at once make each other look again; more than that is no race between people.
const ATTEMPTS = 3

type Asked = { mandateId: string; terms?: MandateTermsInput | undefined }

/**
 * What the person's wallet is asked to sign, with what was lowered. Throws `mandate_not_found`, `INVALID_STATE` with `state`,
 * `invalid_request` that names each field that would be looser.
 */
export async function getMandateToSign({ mandateId, terms, signer }: Asked & { signer: StoredAddress }) {
  const row = await getSignable(mandateId)
  const chosen = chooseTerms(row, terms)
  return {
    mandate: buildMandateView(row.mandate),
    typedData: buildTypedData(row, chosen, signer),
    warnings: warningsOf(row, chosen, signer),
    requiredSignatures: requiredSignatures(row, chosen),
    signatureCount: countedSignatures(row),
    areTermsFixed: row.signatureCount > 0,
    signers: row.signers.map(({ address, isCounted }) => ({ address: checksummed(address), isCounted })),
    recipients: await describeAllowlist(row.workspaceId, chosen.recipientAllowlist),
  }
}

type Signing = Asked & { signature: `0x${string}`; actor: Actor }

/**
 * Adds a person's signature; the last one needed makes the mandate pay. The signature must be the signed-in wallet's over
 * exactly these terms. Throws what `getMandateToSign` throws, `not_authorized`, and `signature_invalid` for any other signature.
 */
export async function signMandate({
  mandateId,
  terms,
  signature,
  actor,
}: Signing): Promise<MandateDetailsView> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const row = await getSignable(mandateId)
    const outcome = await storeVerified(row, { mandateId, terms, signature, actor })
    if (outcome === 'changed') continue
    if (outcome === 'completed' || outcome === 'waiting') {
      return getMandateDetails({ mandateId, workspaceId: row.workspaceId })
    }
    throw refusalOf(outcome)
  }
  throw new AppError('CONFLICT', 'Others sign at the same moment. Look again and repeat.')
}

async function storeVerified(
  row: ToSignRow,
  { mandateId, terms, signature, actor }: Signing,
): Promise<SignOutcome> {
  const chosen = chooseTerms(row, terms)
  const typedData = buildTypedData(row, chosen, actor.address)
  if (!(await verifyTypedDataSignature({ address: actor.address, typedData, signature }))) {
    throw new AppError(
      'signature_invalid',
      `The signature is not ${checksummed(actor.address)}'s over the mandate as it is now. Read it again and sign anew.`,
    )
  }
  return storeSignature({
    mandateId,
    actor,
    signatureCount: row.signatureCount,
    terms: chosen,
    checksums: chosen.recipientAllowlist.map(checksummed),
    validUntil: validUntilOf(row, chosen),
    digest: Buffer.from(hexToBytes(hashTypedData(typedData))),
    typedData,
    signature,
  })
}

async function getSignable(mandateId: string): Promise<ToSignRow> {
  const row = await findToSign(mandateId)
  if (!row) throw noSuchMandate()
  if (row.state !== 'pending_signature') throw wrongState(row.state)
  return row
}

function refusalOf(outcome: Exclude<SignOutcome, 'completed' | 'waiting' | 'changed'>): AppError {
  if (outcome === 'not_found') return noSuchMandate()
  if (outcome === 'not_authorized') return mayNotApprove()
  if (outcome === 'repeated') {
    return new AppError('signature_invalid', 'You have signed it already; another person has to.')
  }
  return wrongState(outcome)
}
