// Runs one compilation in a worker thread: the compiler is synchronous WebAssembly (seconds), and two compilers run beside
// each other and beside whatever the caller starts meanwhile.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'

const { compilerPackage, input, root } = workerData
const solc = createRequire(import.meta.url)(compilerPackage)

function readImport(importPath) {
  const file = path.resolve(root, importPath)
  return existsSync(file) ? { contents: readFileSync(file, 'utf8') } : { error: `not found: ${importPath}` }
}

parentPort.postMessage(solc.compile(JSON.stringify(input), { import: readImport }))
