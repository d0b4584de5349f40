import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

export type Secrets = { sessionSecret: string }

/** The secrets of a local installation, made at the first start and readable only by its owner. */
export function readSecrets(home: string): Secrets {
  const file = path.join(home, 'secrets.json')
  if (!fs.existsSync(file)) {
    const secrets: Secrets = { sessionSecret: randomBytes(32).toString('hex') }
    fs.writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  }
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Secrets
}
