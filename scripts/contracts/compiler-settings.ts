/** Equal to foundry.toml's compiler settings, so that what is tested is what is deployed (contracts/test/compiler-settings.test.ts). */
export const compilerSettings = {
  evmVersion: 'cancun',
  optimizer: { enabled: true, runs: 20_000 },
  viaIR: false,
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  remappings: ['@openzeppelin/=node_modules/@openzeppelin/'],
} as const

/** Permit2's own published settings: its bytecode is built as on other chains. */
export const permit2CompilerSettings = {
  optimizer: { enabled: true, runs: 1_000_000 },
  viaIR: true,
  metadata: { bytecodeHash: 'none' },
  remappings: ['solmate/=node_modules/@uniswap/v4-periphery/lib/permit2/lib/solmate/'],
} as const
