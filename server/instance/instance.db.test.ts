import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { alarmView, instanceStatusView, readinessView } from '@/domain/instance'
import { pool } from '@/server/core/db'
import { createTestWorkspace, randomAddress } from '@/test/harness/factories'
import {
  getInstanceStatus,
  getReadiness,
  listWorkspaceAlarms,
  raiseAlarm,
  resolveAlarm,
  resolveAlarms,
  startHeartbeat,
} from '.'

const report = { kind: 'stale_head', subject: '31337', severity: 'warning', message: 'no new block' } as const

test('a condition that is found again keeps its one open alarm, and a new one opens after it was resolved', async () => {
  await raiseAlarm(report)
  await raiseAlarm({ ...report, message: 'still no new block' })
  const open = `select message from alarms where kind = 'stale_head' and resolved_at is null`
  expect((await pool().query(open)).rows).toEqual([{ message: 'still no new block' }])
  await resolveAlarms({ kind: 'stale_head', subjects: ['31337'], by: 'watcher' })
  expect((await pool().query(open)).rows).toEqual([])
  await raiseAlarm(report)
  expect((await pool().query(open)).rows).toHaveLength(1)
})

test('a person resolves an alarm once, with an audit row; an unknown one is not found', async () => {
  const { id: workspaceId } = await createTestWorkspace()
  await raiseAlarm({ ...report, kind: 'pool_mismatch', subject: 'a wallet', workspaceId })
  const [alarm] = await listWorkspaceAlarms({ workspaceId })
  const actor = randomAddress()
  const alarmId = alarm?.id ?? ''
  expect(alarmView.parse(await resolveAlarm({ alarmId, actor }))).toMatchObject({ resolvedBy: actor })
  expect(await resolveAlarm({ alarmId, actor: randomAddress() })).toMatchObject({ resolvedBy: actor })
  const audited = await pool().query(`select actor, action from audit_log where target = $1`, [alarmId])
  expect(audited.rows).toEqual([{ actor, action: 'alarm.resolve' }])
  await expect(resolveAlarm({ alarmId: randomUUID(), actor })).rejects.toMatchObject({ code: 'not_found' })
  await expect(resolveAlarm({ alarmId: 'x', actor })).rejects.toMatchObject({ code: 'not_found' })
})

test('a workspace sees its own alarms only', async () => {
  const [mine, other] = [await createTestWorkspace(), await createTestWorkspace()]
  await raiseAlarm({ ...report, kind: 'pool_mismatch', subject: 'mine', workspaceId: mine.id })
  expect(await listWorkspaceAlarms({ workspaceId: other.id })).toEqual([])
  expect(await listWorkspaceAlarms({ workspaceId: mine.id })).toMatchObject([{ subject: 'mine' }])
})

test('the instance answers while the chain does not, and readiness says which part is missing', async () => {
  const heartbeat = await startHeartbeat({
    kind: 'worker',
    isLeader: () => true,
    details: () => ({ headBlock: '1' }),
  })
  const status = instanceStatusView.parse(await getInstanceStatus())
  expect(status.watcher).toMatchObject({ state: 'starting', chainHeadBlock: null })
  expect(status.processes).toMatchObject([
    { kind: 'worker', isLeader: true, isAlive: true, pid: process.pid },
  ])
  const readiness = readinessView.parse(await getReadiness())
  expect(readiness.ready).toBe(false)
  expect(Object.entries(readiness.checks).map(([name, check]) => [name, check.ok])).toEqual([
    ['database', true],
    ['chain', false],
    ['watcher', true],
    ['worker', true],
  ])
  await pool().query(`update process_heartbeats set heartbeat_at = now() - interval '21 seconds'`)
  expect((await getReadiness()).checks.worker.ok).toBe(false)
  await heartbeat.stop()
  expect((await getInstanceStatus()).processes).toEqual([])
})
