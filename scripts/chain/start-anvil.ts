// Runs anvil, the local chain, from its npm platform package.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'

export type RunningAnvil = {
  rpcUrl: string
  pid: number
  /** Resolves when the process is gone; rejects never. A caller notices a chain that died by itself with it. */
  exited: Promise<void>
  /** Stops the chain and resolves when its state is on disk and the process is gone. */
  stop(): Promise<void>
}

const host = '127.0.0.1'
const chainId = 31337

/** Anvil listens within 0.2 s on a new chain; a state file of 1 GB took 16 s to read. */
const startTimeoutMilliseconds = 120_000

/** Writing a state file of 1 GB took 6 s, and cutting it short would lose the chain. */
const stopTimeoutMilliseconds = 120_000

/**
 * Starts the local chain and resolves once it answers. `port` 0 takes a free one, named by `rpcUrl`. `blockTimeSeconds` 0
 * mines each transaction at once; the default is Base's 2. With `statePath` balances, blocks and logs survive a restart. Throws with anvil's own words when it cannot start.
 */
export async function startAnvil({
  port,
  statePath,
  blockTimeSeconds = 2,
  logPath,
  fork,
}: {
  port: number
  statePath?: string
  blockTimeSeconds?: number
  logPath?: string
  /** Starts as a branch of another chain behind this block of it. */
  fork?: { rpcUrl: string; block: bigint }
}): Promise<RunningAnvil> {
  for (const file of [statePath, logPath]) if (file) await mkdir(path.dirname(file), { recursive: true })

  const child = spawn(resolveAnvilBinary(), buildArguments({ port, statePath, blockTimeSeconds, fork }), {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (logPath) {
    const logFile = createWriteStream(logPath, { flags: 'a' })
    child.stdout.pipe(logFile)
    child.stderr.pipe(logFile)
  }
  const exited = once(child, 'exit').then(
    () => {},
    () => {},
  )
  const listeningPort = await waitUntilListening(child, port)
  // Without a reader the pipes would fill and block anvil.
  child.stdout.resume()
  child.stderr.resume()

  return {
    rpcUrl: `http://${host}:${listeningPort}`,
    pid: child.pid ?? 0,
    exited,
    stop: () => stopAnvil(child, exited),
  }
}

function resolveAnvilBinary(): string {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const binary = process.platform === 'win32' ? 'anvil.exe' : 'anvil'
  const name = `@foundry-rs/anvil-${process.platform}-${architecture}`
  try {
    // The binary itself and not npm's launcher, so that signals reach it.
    return createRequire(import.meta.url).resolve(`${name}/bin/${binary}`)
  } catch (cause) {
    throw new Error(`the local chain needs the npm package ${name}, which is not installed`, { cause })
  }
}

function buildArguments({
  port,
  statePath,
  blockTimeSeconds,
  fork,
}: {
  port: number
  statePath: string | undefined
  blockTimeSeconds: number
  fork: { rpcUrl: string; block: bigint } | undefined
}): string[] {
  return [
    ...['--host', host, '--port', String(port), '--chain-id', String(chainId)],
    // The tag `finalized` is then two blocks behind the head; by default it would stay at block 0.
    ...['--slots-in-an-epoch', '1'],
    ...(blockTimeSeconds > 0 ? ['--block-time', String(blockTimeSeconds)] : []),
    ...(statePath ? buildStateArguments(statePath) : []),
    ...(fork
      ? ['--fork-url', fork.rpcUrl, '--fork-block-number', String(fork.block), '--no-storage-caching']
      : []),
  ]
}

/**
 * Historical states are kept because reads at a block of before the restart would fail otherwise. They are what makes the
 * file large: measured 0.2 GB after 1000 blocks and 1 GB after 3000, against 7 MB after 4000 without them.
 */
function buildStateArguments(statePath: string): string[] {
  return [
    ...['--state', statePath, '--state-interval', '1', '--preserve-historical-states'],
    // Unbounded, the kept states make the file grow by a third of a megabyte a block: 969 MB and 16 s to read after 3,000.
    ...['--max-persisted-states', '16'],
    // Beside the state and not in the user's home, where anvil would put its scratch files.
    ...['--cache-path', path.join(path.dirname(statePath), 'anvil-cache')],
  ]
}

/** Waits for anvil's own line and not for an answer on the port, which another process might give. Returns the port. */
function waitUntilListening(child: ChildProcess, port: number): Promise<number> {
  let output = ''
  return new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail(`it did not listen on port ${port} within ${startTimeoutMilliseconds / 1000} s`)
    }, startTimeoutMilliseconds)
    const collect = (chunk: Buffer) => {
      output += chunk.toString()
      const listening = /Listening on [\d.]+:(\d+)/.exec(output)
      if (!listening) return
      settle()
      resolve(Number(listening[1]))
    }
    const onExit = (code: number | null) => fail(`it exited with code ${code}`)
    const onError = (error: Error) => fail(error.message)
    function fail(reason: string) {
      settle()
      reject(new Error(`the local chain did not start: ${reason}\n${output.slice(-2000)}`))
    }
    function settle() {
      clearTimeout(timer)
      child.stdout?.off('data', collect)
      child.stderr?.off('data', collect)
      child.off('exit', onExit)
      child.off('error', onError)
    }
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    child.once('exit', onExit)
    child.once('error', onError)
  })
}

async function stopAnvil(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGINT')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMilliseconds)
  await exited
  clearTimeout(timer)
}
