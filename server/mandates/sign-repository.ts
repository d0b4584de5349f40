import type { StoredAddress } from '@/domain/address'
import type { MandateStatus, MandateTerms, MandateView } from '@/domain/mandate'
import type { Actor } from '@/server/audit'
import { pool } from '@/server/core/db'

export type ToSignRow = {
  id: string
  workspaceId: string
  workspaceWallet: StoredAddress
  agentId: string
  state: MandateStatus
  naturalLanguage: string
  limitAmount: bigint
  maxAmountPerTx: bigint | null
  recipientAllowlist: StoredAddress[]
  hostAllowlist: string[]
  periodSeconds: number | null
  periodLimit: bigint | null
  /** Unix seconds. */
  validFrom: bigint
  validUntil: bigint
  /** Whoever signed; from the first one on the terms are fixed. */
  signatureCount: number
  twoApproversFrom: bigint | null
  signers: { address: StoredAddress; isCounted: boolean }[]
  mandate: MandateView
}

/** What a signature is over. Null until the mandate belongs to a workspace. */
export async function findToSign(mandateId: string): Promise<ToSignRow | null> {
  const { rows } = await pool().query<ToSignRow>(
    `select m.id, m.workspace_id as "workspaceId", w.wallet_address as "workspaceWallet", m.agent_id as "agentId",
            mandate_state(m) as state, m.natural_language as "naturalLanguage", m.limit_amount as "limitAmount",
            m.max_amount_per_tx as "maxAmountPerTx", m.recipient_allowlist as "recipientAllowlist", m.host_allowlist as "hostAllowlist",
            m.period_seconds as "periodSeconds", m.period_limit as "periodLimit",
            extract(epoch from m.valid_from)::bigint as "validFrom", extract(epoch from m.valid_until)::bigint as "validUntil",
            m.signature_count as "signatureCount", p.two_approvers_from as "twoApproversFrom",
            coalesce((select jsonb_agg(jsonb_build_object('address', e.signer, 'isCounted', may_approve(m.workspace_id, e.signer)) order by e.created_at)
              from signed_evidence e where e.kind = 'mandate' and e.reference = m.id), '[]') as signers,
            mandate_json(m) as mandate
       from mandates m join workspaces w on w.id = m.workspace_id left join workspace_policies p on p.workspace_id = w.id
      where m.id = $1 and w.deleted_at is null`,
    [mandateId],
  )
  return rows[0] ?? null
}

type Signing = {
  mandateId: string
  actor: Actor
  signatureCount: number
  terms: MandateTerms
  checksums: readonly string[]
  /** Unix seconds. */
  validUntil: bigint
  digest: Buffer
  typedData: object
  signature: string
}

export type SignOutcome =
  | 'completed'
  | 'waiting'
  | 'not_found'
  | 'not_authorized'
  | 'repeated'
  | 'changed'
  | MandateStatus

/** One verified signature: evidence, terms, status, audit row and event, or nothing. */
export async function storeSignature({ mandateId, actor, terms, ...signing }: Signing): Promise<SignOutcome> {
  const { rows } = await pool().query<{ outcome: SignOutcome }>(
    `select mandate_sign($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10), $11, $12, $13, $14) as outcome`,
    [
      mandateId,
      actor.address,
      signing.signatureCount,
      terms.limitAmount,
      terms.maxAmountPerTx,
      terms.recipientAllowlist,
      signing.checksums,
      terms.period?.seconds ?? null,
      terms.period?.limit ?? null,
      signing.validUntil,
      signing.digest,
      JSON.stringify(signing.typedData),
      signing.signature,
      actor.requestId,
    ],
  )
  return rows[0]?.outcome ?? 'not_found'
}

export type ChangeOutcome = 'done' | 'not_found' | 'not_authorized' | MandateStatus
type Change = { mandateId: string; actor: Actor }

/** One statement: the switch, its audit row, and the payouts that it stops. */
export async function storeEnabled({
  mandateId,
  actor,
  isEnabled,
}: Change & { isEnabled: boolean }): Promise<ChangeOutcome> {
  const { rows } = await pool().query<{ outcome: ChangeOutcome }>(
    'select mandate_set_enabled($1, $2, $3, $4) as outcome',
    [mandateId, actor.address, isEnabled, actor.requestId],
  )
  return rows[0]?.outcome ?? 'not_found'
}

/** One statement: the end, its audit row and event, and the payouts that it stops. */
export async function storeRevocation({ mandateId, actor }: Change): Promise<ChangeOutcome> {
  const { rows } = await pool().query<{ outcome: ChangeOutcome }>(
    'select mandate_revoke($1, $2, $3) as outcome',
    [mandateId, actor.address, actor.requestId],
  )
  return rows[0]?.outcome ?? 'not_found'
}
