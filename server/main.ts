// The web process: answers REST and tRPC itself and hands every other request to Next. Starts with PROCESS_KIND=web.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import next from 'next'
import { assertChainId } from './chain'
import { closeDatabase } from './core/db'
import { EnvError, env } from './core/env'
import { log } from './core/log'
import { runProcess } from './core/run-process'
import { startHeartbeat } from './instance'
import { createRestListener } from './rest/create-listener'
import { handleTrpc } from './trpc/handler'
import {
  API_SECURITY_HEADERS,
  buildContentSecurityPolicy,
  createNonce,
  transportSecurityOf,
} from './web/security-headers'

// A connection that a balancer keeps open must not be closed under its next request.
const KEEP_ALIVE_MS = 65_000
// The one answer outside /api that is not a page.
const JWKS_PATH = '/.well-known/jwks.json'

async function startWeb(): Promise<() => Promise<void>> {
  const { PORT, HOST, NODE_ENV, PROCESS_KIND, APP_ORIGINS } = env()
  // The environment of a web process is refused with a worker's keys in it; that of any other kind is not.
  if (PROCESS_KIND !== 'web') throw new EnvError('PROCESS_KIND must be "web" for server/main.ts')
  await assertChainId()
  const isDevelopment = NODE_ENV === 'development'
  const server = createServer()
  const pages = next({
    dev: isDevelopment,
    hostname: HOST,
    port: PORT,
    httpServer: server,
    dir: process.cwd(),
  })
  await pages.prepare()
  const answerPage = pages.getRequestHandler()
  const answerRest = createRestListener()
  const answerTrpc = getRequestListener(handleTrpc, { overrideGlobalObjects: false })

  const transportSecurity = transportSecurityOf(APP_ORIGINS)
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/'
    if (transportSecurity !== null) response.setHeader('Strict-Transport-Security', transportSecurity)
    if (path.startsWith('/api/') || path.split('?')[0] === JWKS_PATH) {
      for (const [name, value] of Object.entries(API_SECURITY_HEADERS)) response.setHeader(name, value)
      void (path.startsWith('/api/trpc/') ? answerTrpc : answerRest)(request, response)
      return
    }
    setPagePolicy(request, response, isDevelopment)
    void answerPage(request, response)
  })
  const upgraded = new Set<Duplex>()
  if (isDevelopment) {
    const upgrade = pages.getUpgradeHandler()
    server.on('upgrade', (request, socket, head) => {
      upgraded.add(socket)
      socket.once('close', () => upgraded.delete(socket))
      void upgrade(request, socket, head)
    })
  }

  const heartbeat = await startHeartbeat({ kind: 'web' })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(PORT, HOST, resolve)
  })
  log.info({ port: PORT, host: HOST }, 'web listens')
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    for (const socket of upgraded) socket.destroy()
    await closed
    await heartbeat.stop()
    await pages.close()
    await closeDatabase()
  }
}

/** Next reads the nonce of its own scripts from the request's policy header, so both directions carry it. */
function setPagePolicy(request: IncomingMessage, response: ServerResponse, isDevelopment: boolean) {
  const nonce = createNonce()
  const policy = buildContentSecurityPolicy({
    nonce,
    publicRpcUrl: env().PUBLIC_RPC_URL,
    isDevelopment,
    hasWalletConnect: env().WALLETCONNECT_PROJECT_ID !== undefined,
    namesRpcUrl: env().namesRpcUrl,
  })
  request.headers['content-security-policy'] = policy
  request.headers['x-nonce'] = nonce
  response.setHeader('Content-Security-Policy', policy)
}

runProcess(startWeb)
