import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSecrets } from './secrets'

let home: string
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'bursar-secrets-'))
})
afterEach(() => fs.rmSync(home, { recursive: true }))

const file = () => path.join(home, 'secrets.json')

test('secrets are made once, and only their owner can read them', () => {
  const secrets = readSecrets(home)
  expect(secrets.walletEncryptionKey).toMatch(/^[0-9a-f]{64}$/)
  expect(secrets.sessionSecret).not.toBe(secrets.walletEncryptionKey)
  expect(readSecrets(home)).toEqual(secrets)
  expect(fs.statSync(file()).mode & 0o777).toBe(0o600)
  expect(fs.readdirSync(home)).toEqual(['secrets.json'])
})

test('an installation from before payout wallets keeps its sessions and gets a wallet key that stays', () => {
  fs.writeFileSync(file(), JSON.stringify({ sessionSecret: 'kept' }))
  const secrets = readSecrets(home)
  expect(secrets.sessionSecret).toBe('kept')
  expect(readSecrets(home)).toEqual(secrets)
})
