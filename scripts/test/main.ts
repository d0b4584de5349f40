// Runs every check of the project in order and ends with one line `N passed, N failed`.
import { spawnSync } from 'node:child_process'

type Step = { name: string; command: string[] }

const steps: Step[] = [
  {
    name: 'format and lint',
    command: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  },
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '--noEmit'] },
]

let passed = 0
let failed = 0
for (const step of steps) {
  const started = performance.now()
  const result = spawnSync(process.execPath, step.command, { encoding: 'utf8' })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (result.status === 0) passed += 1
  else {
    failed += 1
    console.log(result.stdout + result.stderr)
  }
  console.log(`${result.status === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`)
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
