import type { MembershipView } from '@/domain/workspace'

/** Who is signed in, with the workspaces they see. */
export type ConnectPerson = { address: `0x${string}`; workspaces: readonly MembershipView[] }
