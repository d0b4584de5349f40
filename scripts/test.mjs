// The test command: installs what is missing, then hands over to scripts/test/main.ts.
import { spawn } from 'node:child_process'
import { ensureInstalled, ensureNodeVersion, root } from './ensure-installed.mjs'

ensureNodeVersion()
ensureInstalled()
const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/test/main.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))
