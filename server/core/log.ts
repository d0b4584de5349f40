import { pino } from 'pino'
import { readLogSettings } from './env'

const { level, processKind } = readLogSettings()

/** Structured logs. Cookies, tokens, signatures and keys never enter one. */
export const log = pino({
  level,
  base: { process: processKind },
  redact: {
    paths: [
      '*.token',
      '*.signature',
      '*.authorization',
      '*.cookie',
      'headers.authorization',
      'headers.cookie',
      '*.rawTransaction',
    ],
    censor: '[redacted]',
  },
})
