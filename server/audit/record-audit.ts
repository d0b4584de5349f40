import type pg from 'pg'
import type { StoredAddress } from '@/domain/address'
import type { AuditAction } from '@/domain/audit'
import { insertAudit } from './audit-repository'

/** Who acts, and in which request: what every use case that changes something is told. */
export type Actor = { address: StoredAddress; requestId: string | null }

/** An agent that acts by its bearer. */
export type AgentActor = { agentId: string; requestId: string | null }

type Act = {
  actor: Actor | AgentActor
  action: AuditAction
  workspaceId?: string | null
  /** What the act is about: an address, an id. */
  target?: string | null
  details?: Record<string, unknown>
}

/** Writes an act to the append-only log, on the connection and in the transaction of the change itself. */
export async function recordAudit(
  client: pg.PoolClient,
  { actor, action, workspaceId = null, target = null, details = {} }: Act,
): Promise<void> {
  await insertAudit(client, {
    workspaceId,
    actor: 'address' in actor ? actor.address : actor.agentId,
    action,
    target,
    details,
    requestId: actor.requestId,
  })
}
