import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import nextPackage from 'next/package.json' with { type: 'json' }
import { startProcess } from './start-process'

const root = path.resolve(import.meta.dirname, '..')
const folder = path.join(root, `.cache/bench-next-${nextPackage.version}`)
const NEXT = path.join(root, 'node_modules/next/dist/bin/next')

const FILES = {
  'package.json': '{ "type": "module", "private": true }',
  'next.config.js': `export default { outputFileTracingRoot: '${root}', turbopack: { root: '${root}' } }`,
  'app/layout.js': 'export default ({ children }) => <html lang="en"><body>{children}</body></html>',
  'app/nothing/route.js': `export const dynamic = 'force-dynamic'
const answer = () => Response.json({ ok: true })
export { answer as GET, answer as POST }`,
}

/** Starts a Next application with nothing in it but a route handler that answers at once; the first time builds it. */
export async function startEmptyNext() {
  if (!fs.existsSync(path.join(folder, '.next/BUILD_ID'))) buildEmptyNext()
  return startProcess({
    name: 'empty next',
    script: NEXT,
    args: (port) => ['start', folder, '--port', String(port), '--hostname', '127.0.0.1'],
    path: '/nothing',
  })
}

function buildEmptyNext(): void {
  for (const [name, text] of Object.entries(FILES)) {
    const file = path.join(folder, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
  }
  const build = spawnSync(process.execPath, [NEXT, 'build', folder], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })
  if (build.status !== 0) throw new Error(`the empty Next was not built:\n${build.stdout}\n${build.stderr}`)
}
