import { seedDemoAgent } from './scenarios/demo-agent'
import { seedDemoFunds } from './scenarios/demo-funds'
import { seedDemoWorkspaces } from './scenarios/demo-workspaces'

/**
 * Makes the demo world of the local chain once: two workspaces with members, money in the owner's wallet and pool, and an
 * agent with a prepaid balance.
 */
export async function seedDemoWorld(environment: Record<string, string>): Promise<string> {
  const made = await seedDemoWorkspaces(required(environment, 'DATABASE_URL'))
  const funded = await seedDemoFunds({
    rpcUrl: required(environment, 'RPC_URL'),
    usdcAddress: required(environment, 'USDC_ADDRESS') as `0x${string}`,
    settlementAddress: required(environment, 'SETTLEMENT_ADDRESS') as `0x${string}`,
  })
  const agent = await seedDemoAgent({
    databaseUrl: required(environment, 'DATABASE_URL'),
    rpcUrl: required(environment, 'RPC_URL'),
    usdcAddress: required(environment, 'USDC_ADDRESS') as `0x${string}`,
    receiveAddress: required(environment, 'RECEIVE_ADDRESS') as `0x${string}`,
  })
  return made || funded || agent ? 'workspaces "demo" and "demo-operator"' : 'as it was'
}

function required(environment: Record<string, string>, name: string): string {
  const value = environment[name]
  if (!value) throw new Error(`The demo world needs ${name}.`)
  return value
}
