import { pino } from 'pino'
import { env } from './env'

/** Structured logs. Cookies, tokens, signatures and keys never enter one. */
export const log = pino({
  level: env().LOG_LEVEL,
  base: { process: env().PROCESS_KIND },
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
