import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { ensureGenerated } from './ensure-generated'

const root = path.resolve(import.meta.dirname, '../..')
const SOURCES = [
  'app',
  'components',
  'domain',
  'server',
  'scripts/stubs',
  'next.config.js',
  'package-lock.json',
]

/** Makes the production build. Throws with Next's own output when it fails. */
export function buildConsole() {
  ensureGenerated()
  const result = spawnSync(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })
  if (result.status !== 0) throw new Error(`next build failed:\n${result.stdout}\n${result.stderr}`)
}

/** Whether the build on disk is newer than everything it is made of. */
export function isBuildCurrent(): boolean {
  const stamp = path.join(root, '.next/BUILD_ID')
  if (!fs.existsSync(stamp)) return false
  const builtAt = fs.statSync(stamp).mtimeMs
  return SOURCES.every((source) => newestChange(path.join(root, source)) <= builtAt)
}

function newestChange(file: string): number {
  const stat = fs.statSync(file)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(0, ...fs.readdirSync(file).map((name) => newestChange(path.join(file, name))))
}
