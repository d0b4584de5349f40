import { findPerson, type Person } from '@/server/auth'
import { newRequestId } from '@/server/http/request-id'

export type Context = {
  headers: Headers
  requestId: string
  /** Looked up at first use, once per request: a batch of calls asks the database once. */
  findPerson: () => Promise<Person | null>
}

/** The context of one HTTP request, or of one server-rendered page that calls procedures directly. */
export function createContext({
  headers,
  requestId = newRequestId(),
}: {
  headers: Headers
  requestId?: string
}): Context {
  let person: Promise<Person | null> | undefined
  return {
    headers,
    requestId,
    findPerson: () => {
      person ??= findPerson({ headers })
      return person
    },
  }
}
