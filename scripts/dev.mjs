// The run command: installs what is missing, then hands over to scripts/dev/main.ts, which starts everything.
import { spawn } from 'node:child_process'
import { ensureInstalled, ensureNodeVersion, root } from './ensure-installed.mjs'

ensureNodeVersion()
const started = performance.now()
if (ensureInstalled())
  console.log(`  dependencies installed  ${((performance.now() - started) / 1000).toFixed(1)} s`)
const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/dev/main.ts'], {
  cwd: root,
  stdio: 'inherit',
})
// A terminal's Ctrl-C reaches the child by itself; a SIGTERM sent to this process is passed on. Either way this process
// leaves only after the child has stopped everything.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code) => process.exit(code ?? 1))
