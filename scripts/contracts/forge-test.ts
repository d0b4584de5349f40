// Runs forge from its npm platform package, offline: format check, gas snapshot check, tests. Ends with the exit code of
// the first step that failed. `npm run contracts:test -- --update-snapshot` writes the snapshot instead of checking it.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** Only flows with fixed inputs: the average over fuzzed inputs would be noise. */
const gasSnapshot = ['snapshot', '--match-path', 'contracts/test/LuxxonSettlement/Gas.t.sol']
const gasSnapshotFile = 'contracts/.gas-snapshot'

const steps = process.argv.includes('--update-snapshot')
  ? [[...gasSnapshot, '--snap', gasSnapshotFile]]
  : [['fmt', '--check'], [...gasSnapshot, '--check', gasSnapshotFile], ['test']]

for (const step of steps) {
  const code = runForge(step)
  if (code !== 0) process.exit(code)
}

function runForge(args: string[]): number {
  const { status, signal, error } = spawnSync(resolveForgeBinary(), args, { cwd: root, stdio: 'inherit' })
  if (error) throw error
  if (signal) console.error(`forge ${args[0]} was stopped by ${signal}`)
  return status ?? 1
}

function resolveForgeBinary(): string {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const binary = process.platform === 'win32' ? 'forge.exe' : 'forge'
  return createRequire(import.meta.url).resolve(
    `@foundry-rs/forge-${process.platform}-${architecture}/bin/${binary}`,
  )
}
