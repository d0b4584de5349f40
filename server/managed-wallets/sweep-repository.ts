import type { StoredAddress } from '@/domain/address'
import type { SweepView } from '@/domain/managed-wallet'
import type { Actor } from '@/server/audit'
import { pool } from '@/server/core/db'

export type SweepOutcome =
  | 'requested'
  | 'replayed'
  | 'conflict'
  | 'not_owner'
  | 'no_wallet'
  | 'killed'
  | 'insufficient'

type NewSweep = {
  workspaceId: string
  amount: bigint
  actor: Actor
  idempotencyKey: string
  chainId: number
  network: string
  asset: { stored: StoredAddress; checksum: string }
  to: { stored: StoredAddress; checksum: string }
  from: StoredAddress
  /** What the wallet held at block `blockNumber`. */
  held: bigint
  blockNumber: bigint
}

/** `payout` is null unless it was requested, now or before. */
type SweepRow = { outcome: SweepOutcome; available: bigint; payout: SweepView | null }

/** One round trip: checks, row, timeline and audit row, or nothing. */
export async function insertSweep(sweep: NewSweep): Promise<SweepRow> {
  const { rows } = await pool().query<SweepRow>(
    'select * from managed_wallet_sweep($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
    [
      sweep.workspaceId,
      sweep.amount,
      sweep.actor.address,
      sweep.actor.requestId,
      sweep.idempotencyKey,
      sweep.chainId,
      sweep.network,
      sweep.asset.stored,
      sweep.asset.checksum,
      sweep.to.stored,
      sweep.to.checksum,
      sweep.from,
      sweep.held,
      sweep.blockNumber,
    ],
  )
  const [row] = rows
  if (!row) throw new Error('a function that always answers did not')
  return row
}

type Figures = { promised: bigint; waiting: bigint; lastSweep: SweepView | null }

/** What a managed wallet has promised beyond what it held at a block, what waits for it, and its last sweep. */
export async function readFigures({
  workspaceId,
  chainId,
  address,
  blockNumber,
}: {
  workspaceId: string
  chainId: number
  address: StoredAddress
  blockNumber: bigint
}): Promise<Figures> {
  const { rows } = await pool().query<Figures>({
    name: 'read-managed-wallet-figures',
    text: `select managed_wallet_promised($2, $3, $4) as promised,
        (select coalesce(sum(amount), 0) from payouts where workspace_id = $1 and from_address = $3 and kind = 'payout'
          and status in ('pending_authorization', 'authorized') and expires_at > now()) as waiting,
        (select payout_json(p) from payouts p where p.workspace_id = $1 and p.kind = 'sweep' and p.created_at > now() - interval '1 day'
          order by p.created_at desc limit 1) as "lastSweep"`,
    values: [workspaceId, chainId, address, blockNumber],
  })
  const [row] = rows
  if (!row) throw new Error('a query that always answers did not')
  return row
}
