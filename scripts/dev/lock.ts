import fs from 'node:fs'
import path from 'node:path'
import { isAlive } from '../stack/processes'

/** One running stack a data folder. A lock whose process is gone is taken over. Returns the release. */
export function acquireLock(home: string): () => void {
  fs.mkdirSync(home, { recursive: true, mode: 0o711 })
  const file = path.join(home, 'running.pid')
  const held = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : 0
  if (held > 0 && held !== process.pid && isAlive(held, 'scripts/dev/main.ts')) {
    throw new Error(
      `Bursar already runs on ${home} (pid ${held}). Stop it first, or set BURSAR_HOME to another folder.`,
    )
  }
  fs.writeFileSync(file, String(process.pid))
  return () => fs.rmSync(file, { force: true })
}
