import fs from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { privateKeyToAccount } from 'viem/accounts'
import { localDemoAccounts } from '@/domain/local-accounts'
import { seedDemoWorkspaces } from '../prisma/scenarios/demo-workspaces'
import { buildConsole, isBuildCurrent } from '../scripts/stack/build-console'
import type { BenchRow } from './bench-row'
import { signIn } from './sign-in'
import { startProcess } from './start-process'

const GOAL_KILOBYTES = 300
const STATIC_PREFIX = '/_next/static/'
const root = path.resolve(import.meta.dirname, '..')

/** Kilobytes of gzipped script that the overview of a workspace names in its HTML, beside React and Next alone. */
export async function benchFirstLoadJavaScript(): Promise<BenchRow[]> {
  if (!isBuildCurrent()) buildConsole()
  await seedDemoWorkspaces(process.env.DATABASE_URL ?? '')
  const [owner] = localDemoAccounts
  const web = await startProcess({ name: 'web', script: 'server/main.ts', path: '/api/v1/config' })
  try {
    const scripts = scriptsOf(
      await readPage(`${web.url}/w/demo`, await signIn(web.url, privateKeyToAccount(owner.privateKey))),
    )
    if (scripts.length === 0) throw new Error('the page names no script')
    const total = kilobytesOf(scripts)
    const frame = kilobytesOf(rootScripts())
    return [
      {
        name: 'first-load JavaScript of /w/[slug]',
        measured: `${total.toFixed(1)} kB gzipped in ${scripts.length} files`,
        limit: `${frame.toFixed(1)} kB of React and Next`,
        goal: `≤ ${GOAL_KILOBYTES} kB`,
        isMet: total <= GOAL_KILOBYTES,
      },
    ]
  } finally {
    await web.stop()
  }
}

async function readPage(url: string, cookie: string): Promise<string> {
  const response = await fetch(url, { headers: { cookie }, redirect: 'manual' })
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`)
  return response.text()
}

/** Scripts and script preloads; what only browsers without modules load is left out. */
function scriptsOf(html: string): string[] {
  const tags = html.match(/<(?:script|link)\b[^>]*>/g) ?? []
  const wanted = tags.filter(
    (tag) =>
      !/\bnomodule\b/i.test(tag) &&
      (tag.startsWith('<script') || /\bas="script"/.test(tag) || /\brel="modulepreload"/.test(tag)),
  )
  const found = wanted.flatMap((tag) => /\b(?:src|href)="([^"]+\.js)[^"]*"/.exec(tag)?.[1] ?? [])
  return [...new Set(found)]
}

/** What Next loads for every page, before anything of the console. */
function rootScripts(): string[] {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, '.next/build-manifest.json'), 'utf8')) as {
    rootMainFiles: string[]
  }
  return manifest.rootMainFiles.map((file) => `/_next/${file}`)
}

function kilobytesOf(scripts: readonly string[]): number {
  const bytes = scripts.map((script) => {
    const file = path.join(root, '.next/static', script.slice(STATIC_PREFIX.length))
    return gzipSync(fs.readFileSync(file), { level: 9 }).length
  })
  return bytes.reduce((sum, each) => sum + each, 0) / 1000
}
