import type { AgentLimits } from '@/domain/agent'

/** Limits as the audit log keeps them: micro USDC and ISO time, null where there is none. */
export function describeLimits({ monthlyLimit, expiresAt }: AgentLimits) {
  return { monthlyLimit: monthlyLimit?.toString() ?? null, expiresAt: expiresAt?.toISOString() ?? null }
}
