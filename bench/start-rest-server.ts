import http from 'node:http'
import { startProcess, UNLIMITED } from './start-process'

/** Starts REST and tRPC as a process of its own, with quotas that no benchmark reaches. */
export async function startRestServer({
  name,
  environment = {},
}: {
  name: string
  environment?: Record<string, string>
}) {
  return startProcess({
    name: `${name} server`,
    script: 'bench/rest-server.ts',
    path: '/api/health',
    environment: { ...UNLIMITED, ...environment },
  })
}

type Post = {
  port: number
  connections: http.Agent
  path: string
  headers: Record<string, string>
  body?: string
  /** Any other answer ends the benchmark. */
  status: number
}

/** One POST over kept connections, or a GET when it has no body. */
export function post({ port, connections, path: target, headers, body, status }: Post): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        agent: connections,
        port,
        host: '127.0.0.1',
        path: target,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...headers,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
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
