// One file of a script and all that it imports: a process that is started a hundred times starts in 0.3 s of one core instead of 2 s.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

// What packages that are no modules ask for.
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

/** Builds with what tsx runs TypeScript with. Answers the file's path; `remove` deletes it. */
export async function bundleScript(script: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const tsx = createRequire(import.meta.url).resolve('tsx')
  const esbuild = createRequire(tsx).resolve('esbuild/bin/esbuild')
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bursar-bundle-'))
  const bundle = path.join(folder, 'script.mjs')
  const root = path.resolve(import.meta.dirname, '../..')
  await promisify(execFile)(
    esbuild,
    [
      ...[
        script,
        '--bundle',
        '--minify',
        '--platform=node',
        '--format=esm',
        '--alias:@=.',
        '--log-level=error',
      ],
      ...['--external:pg-native', `--banner:js=${REQUIRE}`, `--outfile=${bundle}`],
    ],
    { cwd: root },
  )
  return { path: bundle, remove: () => rm(folder, { recursive: true, force: true }) }
}
