import { expect, test } from 'vitest'
import { TextResponse } from './text-response'

const answer = () =>
  new TextResponse('{"name":"Zoë"}', {
    status: 402,
    headers: new Headers({ 'content-type': 'application/json', 'payment-required': 'x' }),
  })

test('is a response that reads like any other', async () => {
  expect(answer()).toBeInstanceOf(Response)
  expect(answer()).toMatchObject({ status: 402, ok: false, bodyUsed: false, content: '{"name":"Zoë"}' })
  expect(await answer().text()).toBe('{"name":"Zoë"}')
  expect(await answer().json()).toEqual({ name: 'Zoë' })
  expect((await answer().arrayBuffer()).byteLength).toBe(15)
  expect((await answer().blob()).type).toBe('application/json')
  expect(await new Response(answer().body).json()).toEqual({ name: 'Zoë' })
})

test('is read once', async () => {
  const response = answer()
  await response.text()
  expect(response.bodyUsed).toBe(true)
  await expect(response.json()).rejects.toThrow(TypeError)
})

test('a clone has all of it, and both can be read', async () => {
  const response = answer()
  const clone = response.clone()
  expect(clone.status).toBe(402)
  expect(clone.headers.get('payment-required')).toBe('x')
  expect(await clone.text()).toBe(await response.text())
})
