import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { compileContracts } from '../../scripts/contracts/compile'
import { renderAbis } from '../../scripts/contracts/render-abis'

// A cold compilation of Permit2 and the contracts takes 15 s on two busy cores.
test('the committed ABIs and local addresses are those of the compiled contracts', { timeout: 120_000 }, async () => {
  const files = renderAbis(await compileContracts())
  for (const [name, text] of Object.entries(files)) {
    expect(readFileSync(path.join(import.meta.dirname, name), 'utf8'), `run npm run contracts:abis for ${name}`).toBe(text)
  }
})
