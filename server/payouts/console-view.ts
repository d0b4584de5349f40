import { checksummed, parseAddress } from '@/domain/address'
import type { PayoutRowView } from '@/domain/payout-console'
import type { ConsoleRow } from './console-repository'

export function buildRowView(row: ConsoleRow): PayoutRowView {
  return {
    id: row.id,
    kind: row.kind,
    payoutId: row.payoutId,
    status: row.status,
    failureReason: row.failureReason,
    isFinal: row.isFinal,
    waitingFor: row.waitingFor,
    takenBack: row.takenBack,
    amount: row.amount.toString(),
    toAddress: row.toAddress,
    toName: row.toName,
    agentId: row.agentId,
    agentName: row.agentName,
    mandateId: row.mandateId,
    bizId: row.bizId,
    description: row.description,
    txHash: row.txHash,
    confirmations: row.confirmations,
    approvalId: row.approvalId,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}

/** A person's address as people read it; an agent's id and `worker` as they are. */
export function shownActor(actor: string): string {
  const address = parseAddress(actor)
  return address ? checksummed(address) : actor
}
