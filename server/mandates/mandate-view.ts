import { checksummed } from '@/domain/address'
import type { MandateDetailsView, MandateRowView, MandateView } from '@/domain/mandate'
import { mandateUrl } from '@/server/agents'

/** As the database wrote it, with where it is signed while it can be. */
export function buildMandateView<T extends MandateView>(mandate: T): T {
  return {
    ...mandate,
    recipientAllowlist: mandate.recipientAllowlist?.map(checksummed) ?? null,
    signUrl: mandate.status === 'pending_signature' ? mandateUrl(mandate.mandateId) : null,
  }
}

export function buildMandateRowView<T extends MandateRowView>(mandate: T): T {
  return {
    ...buildMandateView(mandate),
    createdBy: mandate.createdBy && checksummed(mandate.createdBy),
    revokedBy: mandate.revokedBy && checksummed(mandate.revokedBy),
  }
}

export function buildMandateDetailsView(mandate: MandateDetailsView): MandateDetailsView {
  return {
    ...buildMandateRowView(mandate),
    signers: mandate.signers.map((signer) => ({ ...signer, address: checksummed(signer.address) })),
  }
}
