import { expect, test } from 'vitest'
import { createPace } from './pace'

/** Plays a chain with a block every `blockMilliseconds` and counts how often its head is asked for. */
function play({ blocks, blockMilliseconds }: { blocks: number; blockMilliseconds: number }) {
  let now = 0
  let seen = 0
  let calls = 0
  const delays: number[] = []
  const pace = createPace({ pollMilliseconds: 50, blockMilliseconds, now: () => now })
  while (seen < blocks) {
    calls += 1
    const head = Math.floor(now / blockMilliseconds)
    if (head > seen) delays.push(now - head * blockMilliseconds)
    now += pace.next({ type: head > seen ? 'advanced' : 'idle', head: BigInt(head) })
    seen = head
  }
  return { callsPerBlock: calls / blocks, longestDelay: Math.max(...delays.slice(1)) }
}

test('a block of a steady chain costs at most two head requests and is seen within 75 ms', () => {
  const { callsPerBlock, longestDelay } = play({ blocks: 500, blockMilliseconds: 2_000 })
  expect(callsPerBlock).toBeLessThanOrEqual(2)
  expect(longestDelay).toBeLessThanOrEqual(75)
})

test('a chain that pauses is asked at most every half second after two seconds', () => {
  const pace = createPace({ pollMilliseconds: 100, blockMilliseconds: 2_000, now: () => 0 })
  const waits = Array.from({ length: 30 }, () => pace.next({ type: 'idle', head: 1n }))
  expect([waits[0], waits.at(-1)]).toEqual([100, 500])
})
