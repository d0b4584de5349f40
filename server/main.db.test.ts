import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('the web process does not start as a worker, whose keys it would hold', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    env: { ...process.env, PROCESS_KIND: 'worker' },
    encoding: 'utf8',
  })
  expect(stderr).toContain('PROCESS_KIND must be "web" for server/main.ts')
  expect(status).toBe(1)
}, 180_000)
