import { pool } from '@/server/core/db'

export type PaidCall = {
  chargeId: string
  upstreamStatus: number | null
  latencyMilliseconds: number
  /** Null for a call that was served. */
  failureReason: string | null
}

/** Stores what became of a call. False when it was served too late: its charge is given back already. */
export async function insertPaidCall(call: PaidCall): Promise<boolean> {
  const { rowCount } = await pool().query({
    name: 'insert-paid-call',
    text: `insert into paid_calls (charge_id, upstream_status, latency_milliseconds, failure_reason)
             select id, $2, $3, $4 from charges where id = $1 and ($4::text is not null or refunded_at is null)
           on conflict (charge_id) do nothing`,
    values: [call.chargeId, call.upstreamStatus, call.latencyMilliseconds, call.failureReason],
  })
  return rowCount === 1
}
