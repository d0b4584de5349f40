import { pool } from '@/server/core/db'

export type ProcessRow = {
  id: string
  kind: string
  host: string
  pid: number
  isLeader: boolean
  isAlive: boolean
  details: Record<string, unknown>
  startedAt: Date
  heartbeatAt: Date
}

type Beat = {
  id: string
  kind: string
  host: string
  pid: number
  isLeader: boolean
  details: Record<string, string | number | null>
}

/** A process that missed this many seconds of heartbeats (four of them) counts as dead. */
const HEARTBEAT_TIMEOUT_SECONDS = 20

/** Times are the database's, so that a process with a wrong clock is not taken for dead. */
export async function upsertHeartbeat(beat: Beat): Promise<void> {
  await pool().query(
    `insert into process_heartbeats (id, kind, host, pid, is_leader, details) values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do update
       set heartbeat_at = now(), is_leader = excluded.is_leader, details = excluded.details`,
    [beat.id, beat.kind, beat.host, beat.pid, beat.isLeader, JSON.stringify(beat.details)],
  )
}

export async function deleteHeartbeat(id: string): Promise<void> {
  await pool().query('delete from process_heartbeats where id = $1', [id])
}

/** Forgets processes that died without saying so a day ago. */
export async function deleteOldHeartbeats(): Promise<void> {
  await pool().query(`delete from process_heartbeats where heartbeat_at < now() - interval '1 day'`)
}

export async function selectProcesses(): Promise<ProcessRow[]> {
  const { rows } = await pool().query<ProcessRow>(
    `select id, kind, host, pid, is_leader as "isLeader", details, started_at as "startedAt",
            heartbeat_at as "heartbeatAt", heartbeat_at > now() - make_interval(secs => $1) as "isAlive"
       from process_heartbeats order by kind, started_at`,
    [HEARTBEAT_TIMEOUT_SECONDS],
  )
  return rows
}
