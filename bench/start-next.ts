import { startProcess, UNLIMITED } from './start-process'

/** Starts the built console by Next alone, so that Next's route handlers answer; resolves when `path` does. */
export function startNext({ path }: { path: string }) {
  return startProcess({
    name: 'next',
    script: 'node_modules/next/dist/bin/next',
    args: (port) => ['start', '--port', String(port), '--hostname', '127.0.0.1'],
    path,
    environment: UNLIMITED,
  })
}
