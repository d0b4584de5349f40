import { randomBytes } from 'node:crypto'
import type { Hex } from 'viem'
import { checksummed, type StoredAddress } from '@/domain/address'
import type { MemberEvidence } from '@/domain/workspace'
import { hashTypedData, verifyTypedDataSignature } from '@/server/chain'
import { AppError } from '@/server/core/app-error'
import { now } from '@/server/core/clock'

const EVIDENCE_SECONDS = 600

type TypedData = { domain: object; types: object; primaryType: string; message: object }
/** Builds what is signed from the two values that the server chose. */
type Build<T> = (chosen: { deadline: bigint; nonce: Hex }) => T
type VerifiableTypedData = Parameters<typeof verifyTypedDataSignature>[0]['typedData']

/** What the owner is asked to sign, alive for ten minutes. Nothing is stored: the signature brings the values back. */
export function prepareEvidence<T>(build: Build<T>): T {
  const deadline = BigInt(Math.floor(now().getTime() / 1000) + EVIDENCE_SECONDS)
  return build({ deadline, nonce: `0x${randomBytes(32).toString('hex')}` })
}

/** `typedData` as it was shown, its EIP-712 digest, and the signature over it. */
export type VerifiedEvidence = { digest: Hex; typedData: object; signature: string }

/** Rebuilds what must have been signed and checks the signature against it. `about` names it in the error. Throws `evidence_invalid`. */
export async function verifyEvidence({
  build,
  signer,
  evidence: { deadline: until, nonce, signature },
  about,
}: {
  build: Build<TypedData>
  signer: StoredAddress
  evidence: MemberEvidence
  about: string
}): Promise<VerifiedEvidence> {
  const deadline = BigInt(until)
  const seconds = BigInt(Math.floor(now().getTime() / 1000))
  if (deadline < seconds || deadline > seconds + BigInt(EVIDENCE_SECONDS)) {
    throw new AppError(
      'evidence_invalid',
      `The confirmation serves until ${deadline}, it is ${seconds} now (Unix seconds). Prepare and sign it again.`,
    )
  }
  const typedData = build({ deadline, nonce: nonce as Hex })
  // Shown with the deadline as text, signed as a number.
  const signed = { ...typedData, message: { ...typedData.message, deadline } } as VerifiableTypedData
  if (!(await verifyTypedDataSignature({ address: signer, typedData: signed, signature }))) {
    throw new AppError('evidence_invalid', `The signature is not ${checksummed(signer)}'s over ${about}.`)
  }
  return { digest: hashTypedData(signed), typedData, signature }
}

export function evidenceUsed(): AppError {
  return new AppError('evidence_invalid', 'This confirmation has served already. Prepare and sign a new one.')
}
