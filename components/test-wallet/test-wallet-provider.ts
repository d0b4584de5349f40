import { fromHex, type Hex, hexToString, isHex, type LocalAccount, numberToHex } from 'viem'
import { prepareTransaction, type RpcSend, transactionSchema } from './prepare-transaction'
import { PROVIDER_CODES, ProviderError, rejected } from './provider-error'
import { readTypedData } from './read-typed-data'
import type { TestWalletKeyring } from './test-wallet-keyring'
import type { TestWalletRequest } from './test-wallet-request'

type Arguments = { method: string; params?: unknown }
type Listener = (...values: unknown[]) => void

export type TestWalletProvider = ReturnType<typeof createTestWalletProvider>

type TestWalletDeps = {
  chainId: number
  keyring: TestWalletKeyring
  /** Asks the person; resolves with the account they confirmed with, or null. */
  ask: (request: TestWalletRequest) => Promise<`0x${string}` | null>
  send: RpcSend
}

// anvil would sign these with its own unlocked accounts, behind the person's back.
const NODE_SIGNS = new Set(['eth_sign', 'eth_signTransaction', 'eth_signTypedData', 'eth_signTypedData_v3'])

/**
 * An EIP-1193 provider over keys in this browser, for the local chain only. Each request that signs asks a person first;
 * the node sees only signed transactions. What it does not know goes to the RPC.
 */
export function createTestWalletProvider({ chainId, keyring, ask, send }: TestWalletDeps) {
  const listeners = new Map<string, Set<Listener>>()
  const emit = (event: string, value: unknown) => {
    for (const listener of listeners.get(event) ?? []) listener(value)
  }
  const connectedAccounts = () => (keyring.isConnected() ? [keyring.selected().address] : [])

  let known = connectedAccounts().join()
  keyring.subscribe(() => {
    const accounts = connectedAccounts()
    const before = known
    if (accounts.join() === before) return
    known = accounts.join()
    if (!before) emit('connect', { chainId: numberToHex(chainId) })
    emit('accountsChanged', accounts)
    if (!known)
      emit('disconnect', new ProviderError(PROVIDER_CODES.disconnected, 'The test wallet was disconnected.'))
  })

  // One nonce is chosen after the other: two transactions confirmed in a row must not share one.
  let lastSend: Promise<unknown> = Promise.resolve()
  const inOrder = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = lastSend.then(work, work)
    lastSend = result.catch(() => undefined)
    return result
  }

  // A site may ask twice before the person answers once.
  let connecting: Promise<void> | null = null
  async function connect(): Promise<`0x${string}`[]> {
    if (!keyring.isConnected()) await chooseAccount()
    return connectedAccounts()
  }

  function chooseAccount(): Promise<void> {
    connecting ??= askToConnect().finally(() => {
      connecting = null
    })
    return connecting
  }

  async function askToConnect(): Promise<void> {
    const account = await ask({ kind: 'connect' })
    if (!account) throw rejected()
    keyring.select(account)
    keyring.setConnected(true)
  }

  function signerOf(address: unknown): LocalAccount {
    const connected = connectedAccounts()[0]
    const signer = typeof address === 'string' ? keyring.signerOf(address) : null
    if (!signer || !connected || signer.address !== connected) {
      throw new ProviderError(
        PROVIDER_CODES.unauthorized,
        `The account ${String(address)} is not connected in the test wallet.`,
      )
    }
    return signer
  }

  async function confirmed(request: TestWalletRequest): Promise<void> {
    if (!(await ask(request))) throw rejected()
  }

  const methods: Record<string, (params: readonly unknown[]) => unknown> = {
    eth_requestAccounts: connect,
    eth_accounts: connectedAccounts,
    // Asked also while connected: it is how a site offers another account (EIP-2255).
    wallet_requestPermissions: async () => {
      await chooseAccount()
      return permissionsOf(connectedAccounts())
    },
    wallet_getPermissions: () => permissionsOf(connectedAccounts()),
    wallet_revokePermissions: () => {
      keyring.setConnected(false)
      return null
    },
    eth_chainId: () => numberToHex(chainId),
    net_version: () => String(chainId),
    wallet_switchEthereumChain: ([to]) => assertChain(to),
    wallet_addEthereumChain: ([to]) => assertChain(to),
    personal_sign: async ([message, address]) => {
      const signer = signerOf(address)
      const raw = isHex(message) ? message : null
      const text = raw ? hexToString(raw) : String(message)
      await confirmed({ kind: 'message', from: signer.address, text })
      return signer.signMessage({ message: raw ? { raw } : text })
    },
    eth_signTypedData_v4: async ([address, json]) => {
      const signer = signerOf(address)
      const typedData = readTypedData(json, chainId)
      await confirmed({ kind: 'typed-data', from: signer.address, typedData })
      return signer.signTypedData(typedData)
    },
    eth_sendTransaction: async ([input]) => {
      const parsed = transactionSchema.safeParse(input)
      if (!parsed.success) {
        throw new ProviderError(PROVIDER_CODES.invalidParams, 'The transaction is not well-formed.')
      }
      const signer = signerOf(parsed.data.from)
      const transaction = await prepareTransaction({ input: parsed.data, from: signer.address, send })
      await confirmed({ kind: 'transaction', transaction })
      return inOrder(async () => {
        const nonce = await readNonce(signer.address)
        const { to, value, data, gas, maxFeePerGas, maxPriorityFeePerGas } = transaction
        const signed = await signer.signTransaction({
          ...{ type: 'eip1559', chainId, nonce, value, data, gas, maxFeePerGas, maxPriorityFeePerGas },
          ...(to && { to }),
        })
        return send('eth_sendRawTransaction', [signed])
      })
    },
  }

  async function readNonce(address: `0x${string}`): Promise<number> {
    return fromHex((await send('eth_getTransactionCount', [address, 'pending'])) as Hex, 'number')
  }

  function assertChain(to: unknown): null {
    const wanted = typeof to === 'object' && to !== null && 'chainId' in to ? to.chainId : undefined
    if (isHex(wanted) && fromHex(wanted, 'number') === chainId) return null
    throw new ProviderError(
      PROVIDER_CODES.unknownChain,
      `The test wallet knows only the local chain (${chainId}), not ${String(wanted)}.`,
    )
  }

  const provider = {
    // `chainChanged` never comes: there is one chain.
    request: async ({ method, params }: Arguments): Promise<unknown> => {
      const own = methods[method]
      const list = Array.isArray(params) ? params : []
      if (own) return own(list)
      if (method.startsWith('wallet_') || NODE_SIGNS.has(method)) {
        throw new ProviderError(PROVIDER_CODES.unsupported, `The test wallet does not support ${method}.`)
      }
      return send(method, list)
    },
    on: (event: string, listener: Listener) => {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener))
      return provider
    },
    removeListener: (event: string, listener: Listener) => {
      listeners.get(event)?.delete(listener)
      return provider
    },
  }
  return provider
}

function permissionsOf(accounts: readonly string[]) {
  if (accounts.length === 0) return []
  return [
    { parentCapability: 'eth_accounts', caveats: [{ type: 'restrictReturnedAccounts', value: accounts }] },
  ]
}
