import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { writeOnchainKitCss } from '../strip-onchainkit-css.mjs'

const root = path.resolve(import.meta.dirname, '../..')

/** Writes OnchainKit's stripped stylesheet and generates the Prisma client when the schema changed since; starting the CLI for nothing costs more than a second. */
export function ensureGenerated() {
  writeOnchainKitCss()
  const folder = path.join(root, 'prisma/schema')
  const digest = createHash('sha256')
  for (const name of fs.readdirSync(folder).sort()) digest.update(fs.readFileSync(path.join(folder, name)))
  digest.update(fs.readFileSync(path.join(root, 'node_modules/prisma/package.json')))
  const wanted = digest.digest('hex')
  const stamp = path.join(root, 'prisma/generated/.stamp')
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return
  const result = spawnSync(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (result.status !== 0) throw new Error(`prisma generate failed:\n${result.stdout}${result.stderr}`)
  fs.writeFileSync(stamp, wanted)
}
