import type { TestWalletRequest } from './test-wallet-request'

export type QueuedRequest = {
  id: number
  request: TestWalletRequest
  /** Confirms with the account to use, or rejects with null. */
  answer: (account: `0x${string}` | null) => void
}

/** Requests that wait for a person, oldest first: the window shows the first and how many follow. */
export function createRequestQueue() {
  let queue: readonly QueuedRequest[] = []
  let nextId = 1
  const listeners = new Set<() => void>()

  function set(next: readonly QueuedRequest[]) {
    queue = next
    for (const notify of listeners) notify()
  }

  return {
    /** The same array until something changes. */
    list: () => queue,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Resolves with the account a person confirmed with, or null when they rejected. */
    ask: (request: TestWalletRequest): Promise<`0x${string}` | null> =>
      new Promise((resolve) => {
        const id = nextId
        nextId += 1
        const answer = (account: `0x${string}` | null) => {
          if (!queue.some((each) => each.id === id)) return
          set(queue.filter((each) => each.id !== id))
          resolve(account)
        }
        set([...queue, { id, request, answer }])
      }),
  }
}
