// Finds a Chromium for the browser tests, ending with the one that npm ships, so that a bare Linux machine needs nothing.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { chromium } from '@playwright/test'

export type FoundChromium = { executablePath: string; env: Record<string, string> }

const SYSTEM_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** CHROMIUM_PATH, Playwright's own download, the system's, the one in npm; throws with what to do when none starts. */
export async function findChromium(cacheFolder: string): Promise<FoundChromium> {
  const candidates = [process.env.CHROMIUM_PATH, chromium.executablePath(), ...SYSTEM_PATHS]
  for (const executablePath of candidates) {
    if (executablePath && fs.existsSync(executablePath) && starts(executablePath))
      return { executablePath, env: {} }
  }
  if (process.platform === 'linux' && process.arch === 'x64') return unpackFromNpm(cacheFolder)
  throw new Error('No Chromium found. Install one, or set CHROMIUM_PATH to its executable.')
}

function starts(executablePath: string, env: Record<string, string> = {}): boolean {
  return (
    spawnSync(executablePath, ['--version', '--no-sandbox'], {
      env: { ...process.env, ...env },
      timeout: 20_000,
    }).status === 0
  )
}

async function unpackFromNpm(cacheFolder: string): Promise<FoundChromium> {
  const { default: packaged, inflate } = await import('@sparticuz/chromium')
  fs.mkdirSync(cacheFolder, { recursive: true })
  // The package unpacks to fixed names in the temporary folder and reuses whatever lies there: give it one of our own.
  const previous = process.env.TMPDIR
  process.env.TMPDIR = cacheFolder
  try {
    const executablePath = await packaged.executablePath()
    if (starts(executablePath)) return { executablePath, env: {} }
    const bin = path.join(
      path.dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')),
      '../../bin',
    )
    await inflate(path.join(bin, 'al2023.tar.br'))
    const env = { LD_LIBRARY_PATH: path.join(cacheFolder, 'al2023', 'lib') }
    if (starts(executablePath, env)) return { executablePath, env }
  } finally {
    if (previous === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = previous
  }
  throw new Error(
    'The Chromium from npm does not start here. Install Chromium, or set CHROMIUM_PATH to its executable.',
  )
}
