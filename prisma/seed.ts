import { seedDemoFunds } from './scenarios/demo-funds'
import { seedDemoWorkspaces } from './scenarios/demo-workspaces'

/** Makes the demo world of the local chain once: two workspaces with members, and money in the owner's wallet and pool. */
export async function seedDemoWorld(environment: Record<string, string>): Promise<string> {
  const made = await seedDemoWorkspaces(required(environment, 'DATABASE_URL'))
  const funded = await seedDemoFunds({
    rpcUrl: required(environment, 'RPC_URL'),
    usdcAddress: required(environment, 'USDC_ADDRESS') as `0x${string}`,
    settlementAddress: required(environment, 'SETTLEMENT_ADDRESS') as `0x${string}`,
  })
  return made || funded ? 'workspaces "demo" and "demo-operator"' : 'as it was'
}

function required(environment: Record<string, string>, name: string): string {
  const value = environment[name]
  if (!value) throw new Error(`The demo world needs ${name}.`)
  return value
}
