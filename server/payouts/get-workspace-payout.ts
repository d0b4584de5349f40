import { checksummed, parseAddress } from '@/domain/address'
import type { PayoutDetailView, PayoutOnChainView } from '@/domain/payout-console'
import { AppError } from '@/server/core/app-error'
import { now } from '@/server/core/clock'
import { getPayoutExecution, listCarriers } from '@/server/payout-execution'
import { listDeliveriesOfPayout } from '@/server/webhooks'
import {
  type DetailRow,
  findApproval,
  findDetail,
  selectEvidence,
  selectTransitions,
} from './console-detail-repository'
import { buildRowView, shownActor } from './console-view'

type Of = { workspaceId: string; id: string }

/** All that is known of a payout. Throws `not_found`, for a foreign one too. */
export async function getWorkspacePayout({ workspaceId, id }: Of): Promise<PayoutDetailView> {
  const row = await getDetail({ workspaceId, id })
  const [approval, transitions, transactions, evidence, deliveries] = await Promise.all([
    findApproval(id),
    selectTransitions(id),
    listCarriers(id),
    selectEvidence({ workspaceId, id }),
    listDeliveriesOfPayout({ workspaceId, payoutRowId: id }),
  ])
  return {
    ...buildRowView(row),
    ...partsOf(row),
    authorization: authorizationOf(row),
    approval: approval && {
      ...approval.approval,
      votes: approval.votes.map((vote) => ({
        ...vote,
        address: checksummedOf(vote.address),
        at: vote.at.toISOString(),
      })),
    },
    transitions: transitions.map((row) => ({
      ...row,
      actor: shownActor(row.actor),
      at: row.at.toISOString(),
    })),
    transactions: transactions.map(({ hash, status, carries, blockNumber, createdAt }) => ({
      ...{ hash, status, carries },
      blockNumber: blockNumber?.toString() ?? null,
      at: createdAt.toISOString(),
    })),
    evidence: evidence.map((row) => ({
      ...row,
      signer: checksummedOf(row.signer),
      at: row.at.toISOString(),
    })),
    deliveries,
  }
}

function partsOf(row: DetailRow) {
  const { network, currency, assetAddress, metadata, webhookUrl, usesBudget, stateVersion } = row
  return {
    ...{ network, currency, assetAddress, metadata, webhookUrl, usesBudget, stateVersion },
    fromAddress: checksummedOf(row.fromAddress),
    blockNumber: row.blockNumber?.toString() ?? null,
    executedAt: row.executedAt?.toISOString() ?? null,
    confirmedAt: row.confirmedAt?.toISOString() ?? null,
    finalizedAt: row.finalizedAt?.toISOString() ?? null,
    nextTryAt: row.nextTryAt?.toISOString() ?? null,
  }
}

function authorizationOf(row: DetailRow): PayoutDetailView['authorization'] {
  const { nonce, validBefore, signature } = row
  if (nonce === null || validBefore === null || signature === null) return null
  return { nonce, validBefore: Number(validBefore), signature: isPublic(row) ? signature : null }
}

// Whoever has the signature can send it. Nobody gets it from us before a node has had it, and of a stopped workspace not before the end:
// a viewer would pay past the kill switch.
function isPublic({ status, isFinal, isStopped }: DetailRow): boolean {
  const wasSent = status === 'succeeded' || status === 'confirmed' || status === 'failed'
  return wasSent && (isFinal || !isStopped)
}

/** What the chain says about a payout's authorization just now. Throws `not_found`; `INVALID_STATE` when nothing is signed. */
export async function getPayoutOnChain({ workspaceId, id }: Of): Promise<PayoutOnChainView> {
  const row = await getDetail({ workspaceId, id })
  if (row.nonce === null) {
    throw new AppError('INVALID_STATE', 'Nothing is signed yet, so the chain knows nothing of it.', {
      details: { state: row.status },
    })
  }
  const { onChain } = await getPayoutExecution({ payoutRowId: id })
  return {
    isUsed: onChain?.isUsed ?? null,
    isUsedFinally: onChain?.isUsedAtFinal ?? null,
    isProvablyDead: onChain?.isProvablyDead ?? null,
    readAt: now().toISOString(),
  }
}

async function getDetail(of: Of): Promise<DetailRow> {
  const row = await findDetail(of)
  if (!row) throw new AppError('not_found', 'There is no such payout.')
  return row
}

function checksummedOf(address: string): `0x${string}` {
  const parsed = parseAddress(address)
  if (!parsed) throw new Error('the database holds what is no address')
  return checksummed(parsed)
}
