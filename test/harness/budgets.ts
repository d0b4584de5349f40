import { pool } from '@/server/core/db'

/** What a mandate has spent, and what it holds for payouts under way. */
export async function budgetOf(mandateId: string): Promise<{ spent: bigint; pending: bigint }> {
  const { rows } = await pool().query<{ spent: bigint; pending: bigint }>(
    'select spent_amount as spent, pending_spent_amount as pending from mandates where id = $1',
    [mandateId],
  )
  const [row] = rows
  if (!row) throw new Error('there is no such mandate')
  return row
}
