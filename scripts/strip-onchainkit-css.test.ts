import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { stripOnchainKitCss } from './strip-onchainkit-css.mjs'

const shipped = fs.readFileSync(
  path.resolve(import.meta.dirname, '../node_modules/@coinbase/onchainkit/dist/assets/style.css'),
  'utf8',
)

test('the shipped stylesheet loses every import and its reset, and keeps its own parts', () => {
  const css = stripOnchainKitCss(shipped)
  expect(css).not.toMatch(/@import|https?:\/\/fonts/)
  expect(css.trimStart()).toMatch(/^(?:\/\*.*?\*\/\s*)?@layer properties/)
  expect(css).not.toContain('@layer base{')
  expect(css).toContain('@layer utilities{')
  expect(css.split('{').length).toBe(css.split('}').length)
})

test('a remote address that it does not know is refused', () => {
  expect(() => stripOnchainKitCss('a{background:url(https://example.com/a.png)}')).toThrow('another host')
})
