// Compiles the contracts with the npm solc packages (WebAssembly, no download), cached by the hash of what goes in.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Abi, Hex } from 'viem'
import { compilerSettings, permit2CompilerSettings } from './compiler-settings'

export type CompiledContract = { abi: Abi; bytecode: Hex; deployedBytecode: Hex }

export type ContractName =
  | 'LuxxonSettlement'
  | 'FiatTokenLocal'
  | 'Multicall3'
  | 'X402ExactPermit2Proxy'
  | 'X402UptoPermit2Proxy'
  | 'Permit2'

export type CompiledContracts = Record<ContractName, CompiledContract>

type CompilationUnit = {
  compilerPackage: 'solc' | 'solc-0.8.17'
  settings: object
  sources: Record<string, { content: string }>
  wanted: Record<string, string>
  /** npm packages whose version stands for the imported sources in the cache key. */
  packages: string[]
}

type SolcOutput = {
  errors?: { severity: string; formattedMessage: string }[]
  contracts?: Record<
    string,
    Record<string, { abi: Abi; evm: { bytecode: { object: string }; deployedBytecode: { object: string } } }>
  >
}

const root = path.resolve(import.meta.dirname, '../..')
const permit2Source = 'node_modules/@uniswap/v4-periphery/lib/permit2/src/Permit2.sol'

/** Compiles every contract of the project and Permit2; about 10 s the first time, then read from `cacheDir`. */
export async function compileContracts({
  cacheDir = path.join(root, '.cache/contracts'),
}: {
  cacheDir?: string
} = {}): Promise<CompiledContracts> {
  const units = [await describeProjectUnit(), await describePermit2Unit()]
  const compiled = await Promise.all(units.map((unit) => compileCached(unit, cacheDir)))
  return Object.assign({}, ...compiled)
}

/** Compiles one contract of `contracts/test/support`, for tests that run it on the local chain. */
export async function compileTestContract(
  name: string,
  {
    fileName = name,
    cacheDir = path.join(root, '.cache/contracts'),
  }: { fileName?: string; cacheDir?: string } = {},
): Promise<CompiledContract> {
  const file = `contracts/test/support/${fileName}.sol`
  const unit: CompilationUnit = {
    compilerPackage: 'solc',
    settings: compilerSettings,
    sources: withoutForge(await readSources('contracts/test/support')),
    wanted: { [name]: file },
    packages: ['solc', '@openzeppelin/contracts'],
  }
  const compiled: Record<string, CompiledContract> = await compileCached(unit, cacheDir)
  const contract = compiled[name]
  if (!contract) throw new Error(`${file} was not compiled`)
  return contract
}

/** Only forge finds its own library. */
function withoutForge(sources: CompilationUnit['sources']): CompilationUnit['sources'] {
  const isPlain = ({ content }: { content: string }) => !/forge-std|\.\.\/src/.test(content)
  return Object.fromEntries(Object.entries(sources).filter(([, source]) => isPlain(source)))
}

async function describeProjectUnit(): Promise<CompilationUnit> {
  return {
    compilerPackage: 'solc',
    settings: compilerSettings,
    sources: await readSources('contracts/src'),
    wanted: {
      LuxxonSettlement: 'contracts/src/LuxxonSettlement.sol',
      FiatTokenLocal: 'contracts/src/local/FiatTokenLocal.sol',
      Multicall3: 'contracts/src/local/Multicall3.sol',
      X402ExactPermit2Proxy: 'contracts/src/local/X402ExactPermit2Proxy.sol',
      X402UptoPermit2Proxy: 'contracts/src/local/X402UptoPermit2Proxy.sol',
    },
    packages: ['solc', '@openzeppelin/contracts'],
  }
}

async function describePermit2Unit(): Promise<CompilationUnit> {
  return {
    compilerPackage: 'solc-0.8.17',
    settings: permit2CompilerSettings,
    sources: { [permit2Source]: { content: await readFile(path.join(root, permit2Source), 'utf8') } },
    wanted: { Permit2: permit2Source },
    packages: ['solc-0.8.17', '@uniswap/v4-periphery'],
  }
}

async function readSources(folder: string): Promise<Record<string, { content: string }>> {
  const names = await readdir(path.join(root, folder), { recursive: true })
  const files = names.filter((name) => name.endsWith('.sol')).map((name) => path.posix.join(folder, name))
  const sources = files
    .sort()
    .map(async (file) => [file, { content: await readFile(path.join(root, file), 'utf8') }] as const)
  return Object.fromEntries(await Promise.all(sources))
}

async function compileCached(
  unit: CompilationUnit,
  cacheDir: string,
): Promise<Record<string, CompiledContract>> {
  const file = path.join(cacheDir, `${await hashUnit(unit)}.json`)
  const cached = await readFile(file, 'utf8').catch(() => undefined)
  if (cached !== undefined) return JSON.parse(cached)

  const compiled = selectContracts(unit, await runCompiler(unit))
  await mkdir(cacheDir, { recursive: true })
  // Renamed into place, so that a process that reads meanwhile never sees half a file.
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, JSON.stringify(compiled))
  await rename(unfinished, file)
  return compiled
}

async function hashUnit(unit: CompilationUnit): Promise<string> {
  const versions = unit.packages.map(async (name) => {
    const manifest = JSON.parse(await readFile(path.join(root, 'node_modules', name, 'package.json'), 'utf8'))
    return `${name}@${manifest.version}`
  })
  const { settings, sources, wanted } = unit
  const key = JSON.stringify({ versions: await Promise.all(versions), settings, sources, wanted })
  return createHash('sha256').update(key).digest('hex')
}

function runCompiler(unit: CompilationUnit): Promise<SolcOutput> {
  const input = {
    language: 'Solidity',
    sources: unit.sources,
    settings: {
      ...unit.settings,
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
    },
  }
  return new Promise((resolve, reject) => {
    const worker = new Worker(path.join(import.meta.dirname, 'solc-worker.mjs'), {
      workerData: { compilerPackage: unit.compilerPackage, input, root },
      execArgv: [],
    })
    worker.once('message', (output: string) => {
      resolve(JSON.parse(output))
      void worker.terminate()
    })
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the Solidity compiler exited with code ${code}`)))
  })
}

function selectContracts(unit: CompilationUnit, output: SolcOutput): Record<string, CompiledContract> {
  const errors = output.errors?.filter((error) => error.severity === 'error') ?? []
  if (errors.length > 0) throw new Error(errors.map((error) => error.formattedMessage).join('\n'))

  const selected = Object.entries(unit.wanted).map(([name, file]) => {
    const contract = output.contracts?.[file]?.[name]
    if (!contract) throw new Error(`the compiler returned no contract ${name} for ${file}`)
    const { bytecode, deployedBytecode } = contract.evm
    return [
      name,
      {
        abi: contract.abi,
        bytecode: `0x${bytecode.object}`,
        deployedBytecode: `0x${deployedBytecode.object}`,
      },
    ]
  })
  return Object.fromEntries(selected)
}
