import type pg from 'pg'
import type { StoredAddress } from '@/domain/address'

type Evidence = {
  workspaceId: string
  kind: 'member_change'
  signer: StoredAddress
  digest: Buffer
  typedData: object
  signature: string
}

/** Keeps a verified signature. Null when this digest has served before. */
export async function insertEvidence(client: pg.PoolClient, evidence: Evidence): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `insert into signed_evidence (workspace_id, kind, signer, digest, typed_data, signature)
     values ($1, $2, $3, $4, $5, $6) on conflict (digest) do nothing returning id`,
    [
      evidence.workspaceId,
      evidence.kind,
      evidence.signer,
      evidence.digest,
      JSON.stringify(evidence.typedData),
      evidence.signature,
    ],
  )
  return rows[0]?.id ?? null
}
