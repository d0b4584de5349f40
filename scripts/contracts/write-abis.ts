// Writes domain/abi from the compiled contracts: `npm run contracts:abis`.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { compileContracts } from './compile'
import { renderAbis } from './render-abis'

const folder = path.resolve(import.meta.dirname, '../../domain/abi')
const files = renderAbis(await compileContracts())
for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
console.log(`wrote ${Object.keys(files).join(', ')}`)
