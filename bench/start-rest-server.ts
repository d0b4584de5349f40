import http from 'node:http'
import path from 'node:path'
import { findPort } from '../scripts/stack/processes'
import { startService } from '../scripts/stack/start-service'
import { until } from '../test/harness/until'
import { webEnvironment } from './web-environment'

const UNLIMITED = '100000000'
const root = path.resolve(import.meta.dirname, '..')

/** Starts the REST application as a process of its own, with quotas that no benchmark reaches. */
export async function startRestServer({ name }: { name: string }) {
  const port = await findPort(0)
  const service = startService({
    name: `${name} server`,
    script: 'bench/rest-server.ts',
    environment: {
      ...webEnvironment,
      PORT: String(port),
      APP_ORIGINS: `http://127.0.0.1:${port}`,
      RATE_LIMIT_ANONYMOUS_PER_MINUTE: UNLIMITED,
      RATE_LIMIT_MONEY_PER_MINUTE: UNLIMITED,
    },
    logPath: path.join(root, `.cache/bench-${name}.log`),
    onExit: (ended) => process.stderr.write(`${ended} ended\n`),
  })
  const isListening = () =>
    fetch(`http://127.0.0.1:${port}/api/health`).then(
      (response) => response.ok,
      () => false,
    )
  await Promise.race([until('the server answers', isListening, 45), service.died])
  return { port, stop: service.stop }
}

type Post = {
  port: number
  connections: http.Agent
  path: string
  headers: Record<string, string>
  body: string
  /** Any other answer ends the benchmark. */
  status: number
}

/** One POST over kept connections. */
export function post({ port, connections, path: target, headers, body, status }: Post): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        agent: connections,
        port,
        host: '127.0.0.1',
        path: target,
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        if (response.statusCode !== status) reject(new Error(`${target} answered ${response.statusCode}`))
        response.resume()
        response.once('end', resolve)
      },
    )
    request.once('error', reject)
    request.end(body)
  })
}
