// Installs dependencies when node_modules is missing or was made from another lockfile. Node's own modules only:
// it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '..')

export function ensureNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(
    `Bursar needs Node.js 20.19 or newer; this is ${process.versions.node}. Install a newer one and run the command again.`,
  )
  process.exit(1)
}

/** Returns true when it had to install. Exits with npm's own output when the installation fails. */
export function ensureInstalled() {
  const stamp = path.join(root, 'node_modules', '.bursar-lock')
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (result.status !== 0) {
    console.error('npm ci failed:\n', result.stdout, result.stderr, result.error ?? '')
    process.exit(1)
  }
  writeFileSync(stamp, wanted)
  return true
}
