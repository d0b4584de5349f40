// Adds lockfile entries for optional platform packages that a registry mirror may lack, so that `npm ci` of npm 11
// accepts the lockfile on every platform. Run after each `npm install` (npm run lockfile).
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))

function platformOf(name) {
  const base = name.split('/').pop()
  const os = [
    ['darwin', /darwin/],
    ['win32', /win32|windows/],
    ['android', /android/],
    ['freebsd', /freebsd/],
    ['linux', /linux/],
  ].find(([, pattern]) => pattern.test(base))?.[0]
  const cpu = [
    ['arm64', /arm64/],
    ['x64', /x64|amd64/],
    ['wasm32', /wasm32/],
    ['arm', /arm/],
    ['ia32', /ia32|i686/],
  ].find(([, pattern]) => pattern.test(base))?.[0]
  return { os, cpu }
}

let added = 0
for (const [parent, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const top = `node_modules/${name}`
    if (lock.packages[`${parent}/node_modules/${name}`] || lock.packages[top]) continue
    if (!/^\d/.test(range)) continue
    const { os, cpu } = platformOf(name)
    lock.packages[top] = {
      version: range,
      ...(cpu && { cpu: [cpu] }),
      ...(entry.dev && { dev: true }),
      ...(entry.license && { license: entry.license }),
      optional: true,
      ...(os && { os: [os] }),
    }
    added += 1
  }
}
for (const entry of Object.values(lock.packages)) delete entry.resolved
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`lockfile: ${added} platform entries added`)
