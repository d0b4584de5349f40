import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { TextResponse } from '@/server/http/text-response'
import { handleRest } from './app'

/** Answers the REST API on a Node server. A text goes out as it is, in one write with its headers. */
export function createRestListener(): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return getRequestListener(
    async (request, { incoming, outgoing }) => {
      const response = await handleRest(request, { incoming })
      // Several cookies are several headers of one name, which an object cannot say.
      if (!(response instanceof TextResponse) || response.headers.has('set-cookie')) return response
      const { status, headers, content } = response
      const length = Buffer.byteLength(content)
      outgoing.writeHead(status, { ...Object.fromEntries(headers), 'content-length': length })
      outgoing.end(content)
      return RESPONSE_ALREADY_SENT
    },
    { overrideGlobalObjects: false },
  )
}
