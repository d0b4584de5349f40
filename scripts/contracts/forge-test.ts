// Runs forge from its npm platform package, offline: format check, tests, gas snapshot check. Ends with the exit code of
// the first step that failed. `npm run contracts:test -- --update-snapshot` writes the snapshot instead of checking it.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** Fuzzed and invariant tests have no gas that a change could be measured by. */
const snapshot = [
  'snapshot',
  '--snap',
  'contracts/.gas-snapshot',
  '--no-match-test',
  'testFuzz|invariant',
  '--no-match-path',
  'contracts/test/invariant/*',
]

const steps = process.argv.includes('--update-snapshot')
  ? [snapshot]
  : [['fmt', '--check'], ['test'], [...snapshot, '--check']]

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
