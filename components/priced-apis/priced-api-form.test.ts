import { expect, test } from 'vitest'
import { createPricedApiInput, type PricedApiView, updatePricedApiInput } from '@/domain/priced-api'
import { formOf, pricedApiForm, toInput } from './priced-api-form'

const api: PricedApiView = {
  id: '7f9c24e8-3b12-4fef-91d0-56a2d5a3e6f1',
  slug: 'weather',
  name: 'Weather',
  upstreamUrl: 'https://api.example.com/v1',
  priceMicroUsdc: '1250',
  timeoutSeconds: 10,
  isActive: true,
  secretHeaderName: 'X-Api-Key',
  createdAt: new Date(0).toISOString(),
  calls: 0,
  failures: 0,
  revenueMicroUsdc: '0',
  p50Milliseconds: null,
}
const filled = { ...formOf(null), name: 'A', slug: 'abc', upstreamUrl: 'https://a.example/', price: '0.0025' }

const errorsOf = (form: unknown) =>
  pricedApiForm.safeParse(form).error?.issues.map(({ path }) => path.join('.')) ?? []

test('what a person typed becomes what the server accepts, to the last micro USDC', () => {
  const input = toInput(pricedApiForm.parse(filled))
  expect(createPricedApiInput.parse(input)).toMatchObject({
    priceMicroUsdc: '2500',
    timeoutSeconds: 30,
    secretHeader: null,
  })
})

test('an API that is opened and saved unchanged is sent as it was, with its secret kept', () => {
  const { slug, ...input } = toInput(pricedApiForm.parse(formOf(api)))
  expect(slug).toBe('weather')
  expect(updatePricedApiInput.parse(input)).toEqual({
    name: 'Weather',
    upstreamUrl: 'https://api.example.com/v1',
    priceMicroUsdc: '1250',
    timeoutSeconds: 10,
    secretHeader: 'keep',
  })
})

test.each([
  ['price', { price: '0' }],
  ['price', { price: '0.0000001' }],
  ['price', { price: '1000.01' }],
  ['price', { price: '' }],
  ['upstreamUrl', { upstreamUrl: 'https://a.example/?key=1' }],
  ['secretName', { secret: 'set', secretName: 'Host', secretValue: 'x' }],
  ['secretValue', { secret: 'set', secretName: 'X-Key', secretValue: '' }],
])('%s is named when it is wrong', (field, over) => {
  expect(errorsOf({ ...filled, ...over })).toEqual([field])
})
