// Puts every contract that the console needs onto a local chain: USDC's stand-in and the settlement through CREATE2, and
// Permit2, Multicall3 and the x402 proxies at the addresses they have on Base.
import {
  type Address,
  createTestClient,
  type Hex,
  http,
  parseAbiItem,
  publicActions,
  type TransactionReceipt,
  walletActions,
} from 'viem'
import { foundry } from 'viem/chains'
import {
  multicall3Address,
  permit2Address,
  x402ExactPermit2ProxyAddress,
  x402UptoPermit2ProxyAddress,
} from '../../domain/canonical-addresses'
import { localAdminAddress, localFeeRecipientAddress, localRelayerAddress } from '../../domain/local-accounts'
import { type CompiledContracts, compileContracts } from './compile'
import { create2DeployerAddress, describeLocalDeployments } from './local-addresses'

export type LocalContracts = {
  usdcAddress: Address
  settlementAddress: Address
  multicallAddress: Address
  permit2Address: Address
  x402ExactProxyAddress: Address
  x402UptoProxyAddress: Address
  /** Block of the settlement's deployment: no event of it is older. */
  deployBlock: bigint
  relayer: Address
  feeRecipient: Address
  admin: Address
}

type LocalClient = ReturnType<typeof createLocalClient>

const adminTransferred = parseAbiItem(
  'event AdminTransferred(address indexed previousAdmin, address indexed newAdmin)',
)

/**
 * Deploys what is missing on the local chain at `rpcUrl` and returns the addresses; on a chain that has everything it
 * sends nothing. Throws when the chain is not 31337.
 */
export async function deployLocal({
  rpcUrl,
  cacheDir,
  log = () => {},
}: {
  rpcUrl: string
  cacheDir: string
  log?: (message: string) => void
}): Promise<LocalContracts> {
  const client = createLocalClient(rpcUrl)
  const [contracts, chainId] = await Promise.all([compileContracts({ cacheDir }), client.getChainId()])
  if (chainId !== foundry.id) {
    throw new Error(
      `refusing to deploy: the chain at ${rpcUrl} has id ${chainId}, the local chain has ${foundry.id}`,
    )
  }

  await placeCanonicalContracts(client, contracts, log)
  const { usdc, settlement } = describeLocalDeployments(contracts)
  await deployMissing(client, [usdc, settlement], log)

  return {
    usdcAddress: usdc.address,
    settlementAddress: settlement.address,
    multicallAddress: multicall3Address,
    permit2Address,
    x402ExactProxyAddress: x402ExactPermit2ProxyAddress,
    x402UptoProxyAddress: x402UptoPermit2ProxyAddress,
    deployBlock: await findDeployBlock(client, settlement.address),
    relayer: localRelayerAddress,
    feeRecipient: localFeeRecipientAddress,
    admin: localAdminAddress,
  }
}

function createLocalClient(rpcUrl: string) {
  return createTestClient({ mode: 'anvil', chain: foundry, transport: http(rpcUrl), pollingInterval: 50 })
    .extend(publicActions)
    .extend(walletActions)
}

async function placeCanonicalContracts(
  client: LocalClient,
  contracts: CompiledContracts,
  log: (message: string) => void,
) {
  const placed: [Address, Hex][] = [
    [multicall3Address, contracts.Multicall3.deployedBytecode],
    [x402ExactPermit2ProxyAddress, contracts.X402ExactPermit2Proxy.deployedBytecode],
    [x402UptoPermit2ProxyAddress, contracts.X402UptoPermit2Proxy.deployedBytecode],
  ]
  for (const [address, bytecode] of placed) {
    if ((await client.getCode({ address })) === bytecode) continue
    await client.setCode({ address, bytecode })
    log(`placed the contract of ${address}`)
  }

  if (await client.getCode({ address: permit2Address })) return
  await client.setCode({
    address: permit2Address,
    bytecode: await buildRuntimeCode(client, permit2Address, contracts.Permit2.bytecode),
  })
  log(`placed Permit2 at ${permit2Address}`)
}

/** Permit2 keeps its domain separator as an immutable, so its constructor has to run at its address on this chain. */
async function buildRuntimeCode(client: LocalClient, address: Address, initcode: Hex): Promise<Hex> {
  await client.setCode({ address, bytecode: initcode })
  const { data } = await client.call({ to: address })
  if (!data) throw new Error(`the constructor of the contract for ${address} returned no code`)
  return data
}

async function deployMissing(
  client: LocalClient,
  deployments: { address: Address; deployerCalldata: Hex }[],
  log: (message: string) => void,
) {
  const hashes: Hex[] = []
  for (const { address, deployerCalldata } of deployments) {
    if (await client.getCode({ address })) continue
    hashes.push(
      await client.sendTransaction({
        account: localAdminAddress,
        to: create2DeployerAddress,
        data: deployerCalldata,
      }),
    )
    log(`deploying ${address}`)
  }
  if (hashes.length === 0) return

  // Saves waiting for the interval that blocks are otherwise mined in.
  await client.mine({ blocks: 1 })
  const receipts = await Promise.all(hashes.map((hash) => client.waitForTransactionReceipt({ hash })))
  for (const receipt of receipts) assertSucceeded(receipt)
}

function assertSucceeded(receipt: TransactionReceipt) {
  if (receipt.status !== 'success') {
    throw new Error(`deployment ${receipt.transactionHash} reverted in block ${receipt.blockNumber}`)
  }
}

/** The constructor names the first admin, so the settlement's first such event is its deployment. */
async function findDeployBlock(client: LocalClient, settlementAddress: Address): Promise<bigint> {
  const [first] = await client.getLogs({
    address: settlementAddress,
    event: adminTransferred,
    fromBlock: 0n,
    strict: true,
  })
  if (!first) throw new Error(`no deployment event of the settlement ${settlementAddress} on this chain`)
  return first.blockNumber
}
