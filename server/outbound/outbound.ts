import { AppError } from '@/server/core/app-error'
import { env } from '@/server/core/env'
import {
  createOutbound,
  type Outbound,
  type OutboundAnswer,
  type OutboundInit,
  type OutboundLimits,
  type TargetCheck,
} from './create-outbound'
import { OutboundError } from './outbound-error'

let cached: Outbound | undefined

function outbound(): Outbound {
  cached ??= createOutbound({ isLocalAllowed: env().OUTBOUND_ALLOW_LOCAL })
  return cached
}

/** Calls a server that a person has named, and follows no redirect. Throws `OutboundError`. */
export function fetchOutbound(
  url: string,
  init: OutboundInit,
  limits: OutboundLimits,
): Promise<OutboundAnswer> {
  return outbound().fetchOutbound(url, init, limits)
}

/** Whether a URL may be saved as one to call: by its text, and by what its name resolves to now. Throws `target_refused`. */
export async function assertPublicTarget(
  url: string,
  { param, ...check }: TargetCheck & { param: string },
): Promise<URL> {
  try {
    return await outbound().assertReachableTarget(url, check)
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    throw new AppError('target_refused', error.message, { param, cause: error })
  }
}
