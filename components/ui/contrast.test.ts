import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const css = fs.readFileSync(path.join(root, 'app/globals.css'), 'utf8')

type Tokens = Record<string, string>

/** The colours that the first rule with this selector behind `from` sets. */
function tokensOf(selector: string, from = 0): Tokens {
  const start = css.indexOf(`${selector} {`, from)
  const rule = css.slice(start, css.indexOf('}', start))
  return Object.fromEntries(
    [...rule.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]),
  )
}

const high = css.indexOf('@media (prefers-contrast: more)')
const light = tokensOf(':root')
const dark = { ...light, ...tokensOf('.dark') }
const THEMES: [string, Tokens][] = [
  ['light', light],
  ['dark', dark],
  ['light, high contrast', { ...light, ...tokensOf(':root', high) }],
  ['dark, high contrast', { ...dark, ...tokensOf(':root', high), ...tokensOf('.dark', high) }],
]

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG 2.2: the contrast ratio of two colours. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

function tooFaint(
  tokens: Tokens,
  { of, on, least }: { of: string[]; on: string[]; least: number },
): string[] {
  return of.flatMap((front) =>
    on
      .map((back) => ({ back, ratio: contrast(tokens[front] ?? '', tokens[back] ?? '') }))
      // What has no colour has no ratio, and is as wrong as one that is too low.
      .filter(({ ratio }) => !(ratio >= least))
      .map(({ back, ratio }) => `${front} on ${back}: ${ratio.toFixed(2)}`),
  )
}

const GROUNDS = ['background', 'surface', 'sunken', 'raised']

for (const [theme, tokens] of THEMES) {
  test(`${theme}: every text reaches 4.5:1 on every ground it stands on`, () => {
    const states = ['positive', 'caution', 'danger']
    const text = ['ink', 'ink-muted', 'ink-faint', 'accent-ink', ...states]
    expect(tooFaint(tokens, { of: text, on: GROUNDS, least: 4.5 })).toEqual([])
    for (const state of states) {
      expect(tooFaint(tokens, { of: [state, 'ink-muted'], on: [`${state}-soft`], least: 4.5 })).toEqual([])
    }
    expect(tooFaint(tokens, { of: ['accent-ink', 'ink-muted'], on: ['accent-soft'], least: 4.5 })).toEqual([])
  })

  test(`${theme}: the words of a filled button reach 4.5:1, also under the pointer`, () => {
    const fills = ['accent', 'accent-strong']
    expect(tooFaint(tokens, { of: ['on-accent'], on: fills, least: 4.5 })).toEqual([])
    expect(tooFaint(tokens, { of: ['on-danger'], on: ['danger-fill', 'danger-strong'], least: 4.5 })).toEqual(
      [],
    )
  })

  test(`${theme}: what outlines a control reaches 3:1 on every ground`, () => {
    const outlines = ['line-strong', 'accent-ink', 'danger']
    expect(tooFaint(tokens, { of: outlines, on: [...GROUNDS, 'accent-soft'], least: 3 })).toEqual([])
  })

  test(`${theme}: each part of a bar reaches 3:1 on its empty track`, () => {
    const parts = ['accent', 'accent-mid', 'line-strong']
    expect(tooFaint(tokens, { of: parts, on: ['sunken', 'surface'], least: 3 })).toEqual([])
  })
}

test('no outline of a control and no part of a bar is thinned by an alpha, which no ratio above would count', () => {
  const files = ['components', 'app'].flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.tsx'))
      .map((file) => path.join(folder, file)),
  )
  expect(files.length).toBeGreaterThan(100)
  const thinned = files.filter((file) =>
    /\b(border-line-strong|bg-accent|bg-accent-mid)\/\d/.test(fs.readFileSync(path.join(root, file), 'utf8')),
  )
  expect(thinned).toEqual([])
})
