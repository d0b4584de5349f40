import { getUntypedClient, type TRPCClient } from '@trpc/client'
import { type MintedAgentView, mintedAgentView } from '@/domain/agent'
import { hasPermission } from '@/domain/roles'
import type { MembershipView } from '@/domain/workspace'
import type { AppRouter } from '@/server/trpc/root'
import { shortAddress } from '../address/short-address'
import { readProblem } from '../trpc/read-problem'

/** The workspaces in which a person may make agents. */
export function mintableWorkspaces(workspaces: readonly MembershipView[]): MembershipView[] {
  return workspaces.filter(({ role }) => hasPermission(role, 'manage-agents'))
}

/** Opens a workspace for a wallet that has none, named by its address; its name can be changed later. */
export async function createOwnWorkspace(client: TRPCClient<AppRouter>, address: string): Promise<string> {
  const name = `Wallet ${shortAddress(address)}`
  const slug = `w-${address.slice(2, 10).toLowerCase()}`
  try {
    return (await client.workspaces.create.mutate({ name, slug, roles: ['CONSUMER'] })).id
  } catch (error) {
    if (readProblem(error).details.field !== 'slug') throw error
    // Somebody has that one: eight digits of an address can be chosen on purpose.
    const suffix = crypto.randomUUID().slice(0, 8)
    return (await client.workspaces.create.mutate({ name, slug: `${slug}-${suffix}`, roles: ['CONSUMER'] }))
      .id
  }
}

/** Makes an agent and answers its bearer, once. */
export async function mintAgent(
  client: TRPCClient<AppRouter>,
  { name, workspaceId }: { name: string; workspaceId: string },
): Promise<MintedAgentView> {
  return mintedAgentView.parse(
    await getUntypedClient(client).mutation('agents.create', { name, workspaceId }),
  )
}
