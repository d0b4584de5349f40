import { expect, test, vi } from 'vitest'
import { cookieOf, expectProblem, messageFor, newAccount, rest } from '@/test/harness/people'

vi.hoisted(() => {
  process.env.APP_ORIGINS = 'https://console.example.com'
})
const SITE = 'https://console.example.com'

test('over TLS the cookie is Secure and bound to the host, and no other name is read', async () => {
  const account = newAccount()
  const { nonce } = (await (await rest('POST', '/api/auth/nonce', { origin: SITE })).json()) as {
    nonce: string
  }
  const message = messageFor(account, nonce, { domain: 'console.example.com', uri: SITE })
  const response = await rest('POST', '/api/auth/verify', {
    origin: SITE,
    body: { message, signature: await account.signMessage({ message }) },
  })
  const header = response.headers.get('set-cookie') ?? ''
  expect(header).toMatch(/^__Host-bursar_session=/)
  expect(header).toContain('Secure')
  expect(header).not.toContain('Domain')
  const cookie = cookieOf(response)
  expect((await rest('GET', '/api/v1/me', { cookie })).status).toBe(200)
  const planted = await rest('GET', '/api/v1/me', { cookie: cookie.replace('__Host-', '') })
  await expectProblem(planted, 401, 'unauthenticated')
})

test('an origin of another deployment is refused', async () => {
  const refused = await rest('POST', '/api/auth/nonce', { origin: 'http://localhost:3000' })
  await expectProblem(refused, 403, 'csrf_failed')
})
