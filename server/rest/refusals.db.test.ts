import { beforeAll, describe, expect, test, vi } from 'vitest'
import { expectProblem, newPerson, ORIGIN, rest, type TestPerson } from '@/test/harness/people'

const { METRICS_TOKEN } = vi.hoisted(() => {
  process.env.METRICS_TOKEN = 'a-token-of-this-test-only'
  return { METRICS_TOKEN: process.env.METRICS_TOKEN }
})

let owner: TestPerson
beforeAll(async () => {
  owner = await newPerson()
})

describe('what every endpoint refuses alike', () => {
  const post = (ask: object) => rest('POST', '/api/v1/workspaces', { cookie: owner.cookie, ...ask })

  test.each([
    ['not JSON', { body: '{' }, 400, 'invalid_json'],
    ['a key twice', { body: '{"slug":"abc","slug":"abd"}' }, 400, 'invalid_json'],
    ['a __proto__ key', { body: '{"__proto__":{"slug":"abc"}}' }, 400, 'invalid_json'],
    ['nesting without end', { body: '['.repeat(9_000) }, 400, 'invalid_json'],
    ['deep nesting', { body: '['.repeat(9_000) + ']'.repeat(9_000) }, 400, 'invalid_json'],
    ['over 64 KiB', { body: JSON.stringify({ name: 'x'.repeat(65_536) }) }, 413, 'body_too_large'],
    ['text/plain', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    [
      'a form',
      { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported_media_type',
    ],
    ['nothing', {}, 400, 'invalid_request'],
    ['a list', { body: [] }, 400, 'invalid_request'],
    ['null', { body: 'null' }, 400, 'invalid_request'],
    ['no Origin', { body: {}, origin: null }, 403, 'csrf_failed'],
    ['Origin: null', { body: {}, origin: 'null' }, 403, 'csrf_failed'],
    ['another site', { body: {}, origin: 'https://evil.example' }, 403, 'csrf_failed'],
  ] as const)('%s', async (_, ask, status, code) => {
    await expectProblem(await post(ask), status, code)
  })

  test.each(['/api/auth/nonce', '/api/auth/verify', '/api/auth/logout'])(
    '%s from another site',
    async (path) => {
      for (const origin of [null, 'null', 'https://evil.example']) {
        await expectProblem(await rest('POST', path, { body: {}, origin }), 403, 'csrf_failed')
      }
      const bearer = { body: {}, origin: null, headers: { authorization: 'Bearer x' } }
      await expectProblem(await rest('POST', path, bearer), 403, 'csrf_failed')
    },
  )

  test('an unknown path is 404, a known one with another method 405 with Allow', async () => {
    await expectProblem(await rest('GET', '/api/v1/nothing'), 404, 'not_found')
    const response = await rest('DELETE', '/api/v1/workspaces', { cookie: owner.cookie })
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST')
    await expectProblem(response, 405, 'method_not_allowed')
    await expectProblem(await rest('OPTIONS', '/api/v1/me'), 405, 'method_not_allowed')
  })

  test('a request id is ours, never the caller’s, and in every answer', async () => {
    const response = await rest('GET', '/api/health', { headers: { 'request-id': 'mine' } })
    expect(response.headers.get('request-id')).toMatch(/^req_[A-Za-z0-9_-]{16}$/)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('no answer grants another site anything', async () => {
    const response = await rest('GET', '/api/v1/config', { origin: 'https://evil.example' })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})

test('metrics answer who brings the token', async () => {
  await expectProblem(await rest('GET', '/api/metrics'), 401, 'unauthenticated')
  const wrong = { headers: { authorization: 'Bearer another-token-of-some-length' } }
  await expectProblem(await rest('GET', '/api/metrics', wrong), 401, 'unauthenticated')
  const right = await rest('GET', '/api/metrics', { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  expect(right.status).toBe(200)
  expect(await right.text()).toContain('bursar_http_requests_total{')
})

test('a body that lies about its length is cut at 64 KiB', async () => {
  const { handleRest } = await import('./app')
  const chunk = new TextEncoder().encode('x'.repeat(16_384))
  let sent = 0
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1
      controller.enqueue(chunk)
    },
  })
  const init = {
    method: 'POST',
    body: stream,
    duplex: 'half',
    headers: { origin: ORIGIN, cookie: owner.cookie },
  }
  await expectProblem(
    await handleRest(new Request(`${ORIGIN}/api/v1/workspaces`, init as RequestInit)),
    413,
    'body_too_large',
  )
  expect(sent).toBeLessThan(10)
})
