import { expect, test, vi } from 'vitest'
import { expectProblem, rest, trpc } from '@/test/harness/people'

vi.hoisted(() => {
  // Nothing listens there.
  process.env.DATABASE_URL = 'postgresql://nobody:secret@127.0.0.1:1/none'
})

test('while the database is away, what needs it is 503 without a word of where it is, and health still answers', async () => {
  const response = await rest('POST', '/api/auth/nonce', { body: {} })
  expect(response.headers.get('retry-after')).toBe('5')
  const problem = await expectProblem(response, 503, 'dependency_unavailable')
  expect(JSON.stringify(problem)).not.toMatch(/secret|127\.0\.0\.1:1|ECONN/)
  expect((await rest('GET', '/api/health')).status).toBe(200)
  expect((await rest('GET', '/api/v1/config')).status).toBe(200)
  expect((await rest('GET', '/api/ready')).status).toBe(503)
})

test('and quotas are counted by this instance alone', async () => {
  const { error, data } = await trpc('query', 'config.get')
  expect(error).toBeNull()
  expect(data).toBeDefined()
})
