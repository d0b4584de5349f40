import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { compilerSettings } from '../../scripts/contracts/compiler-settings'

test('forge tests the contracts with the settings they are deployed with', () => {
  const foundryToml = readFileSync(path.join(import.meta.dirname, '../../foundry.toml'), 'utf8')
  const { evmVersion, optimizer, viaIR, metadata, remappings } = compilerSettings
  const expected = [
    `evm_version = "${evmVersion}"`,
    `optimizer = ${optimizer.enabled}`,
    `optimizer_runs = ${optimizer.runs}`,
    `via_ir = ${viaIR}`,
    `bytecode_hash = "${metadata.bytecodeHash}"`,
    `cbor_metadata = ${metadata.appendCBOR}`,
    ...remappings.map((remapping) => `"${remapping}"`),
  ]
  for (const setting of expected) expect(foundryToml).toContain(setting)
})
