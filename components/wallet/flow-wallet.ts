import type { Config } from 'wagmi'
import { getCallsStatus, sendCalls, sendTransaction, signTypedData } from 'wagmi/actions'
import type { FlowWallet } from './flow-ports'

/** The connected wallet as flows need it, through wagmi. */
export function createFlowWallet({
  wagmiConfig,
  account,
  chainId,
  paysGas,
}: {
  wagmiConfig: Config
  account: `0x${string}`
  chainId: number
  paysGas: boolean
}): FlowWallet {
  return {
    paysGas,
    send: ({ to, data }) => sendTransaction(wagmiConfig, { account, chainId, to, data }),
    sendBatch: async (calls) => {
      const { id } = await sendCalls(wagmiConfig, { account, chainId, calls: [...calls], forceAtomic: true })
      return id
    },
    findBatch: async (id) => {
      const { status, receipts } = await getCallsStatus(wagmiConfig, { id })
      return { status: status ?? 'pending', hash: receipts?.at(-1)?.transactionHash ?? null }
    },
    signDeposit: (typedData) => signTypedData(wagmiConfig, { account, ...typedData }),
    signPayment: (typedData) => signTypedData(wagmiConfig, { account, ...typedData }),
  }
}
