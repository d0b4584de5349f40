import { inTransaction } from '@/server/core/db'

/** They never had a workspace, so nothing was ever credited to them; drafts of mandates alone point at them. */
export async function deleteForgottenAgents({
  afterDays,
  atMost,
}: {
  afterDays: number
  atMost: number
}): Promise<number> {
  return inTransaction(async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `select id from agents
        where workspace_id is null and created_at < now() - make_interval(days => $1)
        order by id limit $2 for update skip locked`,
      [afterDays, atMost],
    )
    const ids = rows.map(({ id }) => id)
    await client.query('delete from mandates where agent_id = any($1)', [ids])
    await client.query('delete from agent_tokens where agent_id = any($1)', [ids])
    await client.query('delete from agents where id = any($1)', [ids])
    return ids.length
  })
}
