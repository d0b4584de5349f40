import fs from 'node:fs'

export type Counts = { passed: number; failed: number }

/** Reads vitest's JSON report; undefined when the run did not get as far as writing one. */
export function countVitest(file: string): Counts | undefined {
  if (!fs.existsSync(file)) return undefined
  const report = JSON.parse(fs.readFileSync(file, 'utf8')) as {
    numPassedTests: number
    numFailedTests: number
    numFailedTestSuites: number
  }
  return { passed: report.numPassedTests, failed: report.numFailedTests || report.numFailedTestSuites }
}

/** Reads Playwright's JSON report; undefined when the run did not get as far as writing one. */
export function countPlaywright(file: string): Counts | undefined {
  if (!fs.existsSync(file)) return undefined
  const { stats } = JSON.parse(fs.readFileSync(file, 'utf8')) as {
    stats: { expected: number; unexpected: number; flaky: number }
  }
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky }
}

/** Adds up the closing lines of forge's runs; undefined when none got as far as printing one. */
export function countForge(output: string): Counts | undefined {
  const lines = [...output.matchAll(/(\d+) tests passed, (\d+) failed/g)]
  if (lines.length === 0) return undefined
  const sum = (group: number) => lines.reduce((total, line) => total + Number(line[group]), 0)
  return { passed: sum(1), failed: sum(2) }
}
