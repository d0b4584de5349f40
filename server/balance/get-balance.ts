import type { BalanceView } from '@/domain/balance'
import { agentNotFound } from './assert-agent-of'
import { findBalance, selectBalances } from './balance-repository'
import { buildBalanceView } from './balance-view'

/** What an agent of the workspace has to spend. Throws `agent_not_found`. */
export async function getBalance(of: { workspaceId: string; agentId: string }): Promise<BalanceView> {
  const row = await findBalance(of)
  if (!row) throw agentNotFound()
  return buildBalanceView(row)
}

/** The same of every agent of the workspace, at most 1,000. */
export async function listBalances(of: { workspaceId: string }): Promise<BalanceView[]> {
  return (await selectBalances(of)).map(buildBalanceView)
}
