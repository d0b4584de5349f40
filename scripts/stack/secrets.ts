import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

export type Secrets = {
  sessionSecret: string
  /** Opens the keys of managed wallets; for the worker only. */
  walletEncryptionKey: string
}

/** The secrets of a local installation, made at the first start and readable only by its owner. One that an older version did not make is added. */
export function readSecrets(home: string): Secrets {
  const file = path.join(home, 'secrets.json')
  const kept = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Secrets>) : {}
  const secrets: Secrets = {
    sessionSecret: kept.sessionSecret ?? newSecret(),
    walletEncryptionKey: kept.walletEncryptionKey ?? newSecret(),
  }
  if (!kept.sessionSecret || !kept.walletEncryptionKey) write(file, secrets)
  return secrets
}

/** Whole or not at all: with a lost key the money of every local managed wallet is lost. */
function write(file: string, secrets: Secrets): void {
  const draft = `${file}.${process.pid}`
  fs.writeFileSync(draft, JSON.stringify(secrets), { mode: 0o600 })
  fs.renameSync(draft, file)
}

function newSecret(): string {
  return randomBytes(32).toString('hex')
}
