// Builds the console, starts the whole stack on a fresh folder, and runs Playwright against it.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { findChromium } from '../../test/harness/find-chromium'
import { report } from '../dev/report'
import { buildConsole } from '../stack/build-console'
import { findPort } from '../stack/processes'
import { startStack } from '../stack/start-stack'

const root = path.resolve(import.meta.dirname, '../..')
const cache = path.join(root, '.cache')
const home = path.join(cache, 'e2e')
// Half of Base's block time: six confirmations pass in six seconds.
const BLOCK_TIME_SECONDS = 1

async function main(): Promise<number> {
  await report('production build', build)
  const chromium = await report(
    'browser',
    () => findChromium(path.join(cache, 'chromium')),
    (found) => found.executablePath,
  )
  fs.rmSync(home, { recursive: true, force: true })
  const port = await findPort(0)
  const stack = await startStack({
    home,
    port,
    mode: 'production',
    durable: false,
    seed: true,
    report,
    blockTimeSeconds: BLOCK_TIME_SECONDS,
    onExit: (name, logPath) => console.error(`${name} stopped during the tests; its log: ${logPath}`),
  })
  try {
    return await runPlaywright({
      E2E_URL: stack.url,
      E2E_RPC_URL: stack.chain.rpcUrl,
      E2E_DATABASE_URL: stack.databaseUrl,
      E2E_SETTLEMENT: stack.chain.settlementAddress,
      E2E_USDC: stack.chain.usdcAddress,
      E2E_CHROMIUM: chromium.executablePath,
      ...chromium.env,
    })
  } finally {
    await stack.stop()
  }
}

function build() {
  if (!process.env.E2E_SKIP_BUILD) buildConsole()
}

function runPlaywright(environment: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['node_modules/@playwright/test/cli.js', 'test', ...process.argv.slice(2)],
      {
        cwd: root,
        stdio: 'inherit',
        env: { ...process.env, ...environment },
      },
    )
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal))
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message)
    process.exit(1)
  },
)
