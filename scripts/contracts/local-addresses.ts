import type { Address, Hex } from 'viem'
import { concat, encodeDeployData, getContractAddress, zeroHash } from 'viem'
import { localAdminAddress, localFeeRecipientAddress, localRelayerAddress } from '../../domain/local-accounts'
import type { CompiledContracts } from './compile'

/** The CREATE2 deployer that anvil starts with: it deploys calldata `salt ++ initcode`. */
export const create2DeployerAddress: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

/** USDC's EIP-712 domain name on Base, and so on the local chain; Base Sepolia's is "USDC". */
const localUsdcName = 'USD Coin'

type LocalDeployment = { address: Address; deployerCalldata: Hex }

/**
 * Where the stand-in for USDC and the settlement stand on the local chain. An address follows from the bytecode and the
 * constructor's arguments alone, so that code and address always agree, on a chain of any age.
 */
export function describeLocalDeployments(contracts: CompiledContracts): {
  usdc: LocalDeployment
  settlement: LocalDeployment
} {
  const usdc = describeDeployment(
    encodeDeployData({
      abi: contracts.FiatTokenLocal.abi,
      bytecode: contracts.FiatTokenLocal.bytecode,
      args: [localUsdcName, localAdminAddress],
    }),
  )
  const settlement = describeDeployment(
    encodeDeployData({
      abi: contracts.LuxxonSettlement.abi,
      bytecode: contracts.LuxxonSettlement.bytecode,
      args: [usdc.address, localAdminAddress, localRelayerAddress, localFeeRecipientAddress],
    }),
  )
  return { usdc, settlement }
}

function describeDeployment(initcode: Hex): LocalDeployment {
  return {
    address: getContractAddress({
      opcode: 'CREATE2',
      from: create2DeployerAddress,
      salt: zeroHash,
      bytecode: initcode,
    }),
    deployerCalldata: concat([zeroHash, initcode]),
  }
}
