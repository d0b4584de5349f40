import { InfiniteQueryObserver, onlineManager, QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { staleSince } from './stale-since'

const failing = () => Promise.reject(new Error('the console does not answer'))
const client = () => new QueryClient({ defaultOptions: { queries: { retry: false } } })

test('rows that were read are kept when they cannot be read again, and say since when they are old', async () => {
  let answer: () => Promise<string[]> = () => Promise.resolve(['a row'])
  const query = new QueryObserver(client(), { queryKey: ['rows'], queryFn: () => answer() })
  const fresh = await query.refetch()
  expect(staleSince(fresh)).toBeNull()
  answer = failing
  const old = await query.refetch()
  expect(old.data).toEqual(['a row'])
  expect(staleSince(old)).toBe(fresh.dataUpdatedAt)
  answer = () => Promise.resolve(['another row'])
  expect(staleSince(await query.refetch())).toBeNull()
})

test('without a network what was read is old as soon as it is due again', async () => {
  const query = new QueryObserver(client(), { queryKey: ['rows'], queryFn: () => Promise.resolve(['a row']) })
  const fresh = await query.refetch()
  onlineManager.setOnline(false)
  const stop = query.subscribe(() => undefined)
  void query.refetch()
  expect(staleSince(query.getCurrentResult())).toBe(fresh.dataUpdatedAt)
  onlineManager.setOnline(true)
  stop()
})

test('what was never read is an error of its own, not old', async () => {
  const query = new QueryObserver(client(), { queryKey: ['rows'], queryFn: failing })
  expect(staleSince(await query.refetch())).toBeNull()
})

test('a next page that cannot be read leaves the pages before it as they were', async () => {
  const query = new InfiniteQueryObserver(client(), {
    queryKey: ['pages'],
    queryFn: ({ pageParam }) => (pageParam === 0 ? Promise.resolve(['a row']) : failing()),
    initialPageParam: 0,
    getNextPageParam: (_page, pages) => pages.length,
  })
  await query.refetch()
  const after = await query.fetchNextPage()
  expect(after.isError).toBe(true)
  expect(staleSince(after)).toBeNull()
})
