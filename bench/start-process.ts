import path from 'node:path'
import { findPort } from '../scripts/stack/processes'
import { startService } from '../scripts/stack/start-service'
import { until } from '../test/harness/until'
import { webEnvironment } from './web-environment'

const root = path.resolve(import.meta.dirname, '..')

/** Quotas that no benchmark reaches. */
export const UNLIMITED = {
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: '100000000',
  RATE_LIMIT_MONEY_PER_MINUTE: '100000000',
} as const

type StartProcess = {
  name: string
  script: string
  args?: (port: number) => string[]
  environment?: Record<string, string>
  /** Asked until it answers well. */
  path: string
}

/** Starts a script as a web process of its own on a free port; resolves when it answers. */
export async function startProcess({
  name,
  script,
  args = () => [],
  environment,
  path: asked,
}: StartProcess) {
  const port = await findPort(0)
  const url = `http://127.0.0.1:${port}`
  const service = startService({
    name,
    script,
    args: args(port),
    environment: { ...webEnvironment, PORT: String(port), APP_ORIGINS: url, ...environment },
    logPath: path.join(root, `.cache/bench-${name.replaceAll(/[^a-z0-9]+/g, '-')}.log`),
    onExit: (ended) => process.stderr.write(`${ended} ended\n`),
  })
  const isListening = () =>
    fetch(`${url}${asked}`).then(
      (response) => response.ok,
      () => false,
    )
  await Promise.race([until(`${name} answers`, isListening, 90), service.died])
  return { port, url, pid: service.pid, stop: service.stop }
}
