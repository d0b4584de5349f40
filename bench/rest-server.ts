// REST and tRPC behind the same listeners as in server/main.ts, without the pages; a process of its own for bench/start-rest-server.ts.
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { env } from '../server/core/env'
import { createRestListener } from '../server/rest/create-listener'
import { handleTrpc } from '../server/trpc/handler'

const answerRest = createRestListener()
const answerTrpc = getRequestListener(handleTrpc, { overrideGlobalObjects: false })

createServer((request, response) => {
  void (request.url?.startsWith('/api/trpc/') ? answerTrpc : answerRest)(request, response)
}).listen(env().PORT, '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
