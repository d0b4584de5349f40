#!/usr/bin/env node
// The npm solc behind the command line that forge expects (`--version`, and standard JSON from stdin to stdout), so that
// forge compiles without downloading a compiler.
import fs from 'node:fs'
import solc from 'solc'

if (process.argv.includes('--version')) {
  const version = solc.version().replace('Emscripten.clang', 'Linux.g++')
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`)
} else {
  process.stdout.write(solc.compile(fs.readFileSync(0, 'utf8')))
}
