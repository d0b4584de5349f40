// The REST application behind the same listener as in server/main.ts, without the pages; a process of its own for bench/start-rest-server.ts.
import { createServer } from 'node:http'
import { env } from '../server/core/env'
import { createRestListener } from '../server/rest/create-listener'

createServer(createRestListener()).listen(env().PORT, '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
