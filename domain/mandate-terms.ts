type MandateTerms = {
  mandateId: string
  agentId: string
  workspaceWallet: `0x${string}`
  /** The signed-in wallet. */
  signer: `0x${string}`
  asset: `0x${string}`
  /** Atomic units, as all amounts here; 0 means none. */
  limitAmount: bigint
  maxAmountPerTx: bigint
  /** Empty means any. */
  recipientAllowlist: readonly `0x${string}`[]
  periodSeconds: bigint
  periodLimit: bigint
  /** Unix seconds. */
  validFrom: bigint
  validUntil: bigint
  naturalLanguage: string
}

/** What a person signs to give an agent a budget (EIP-712). JSON-safe: numbers are decimal strings. */
export function buildMandate({ chainId, ...terms }: MandateTerms & { chainId: number }) {
  return {
    domain: { name: 'Bursar', version: '1', chainId },
    types: {
      Mandate: [
        { name: 'mandateId', type: 'string' },
        { name: 'agentId', type: 'string' },
        { name: 'workspaceWallet', type: 'address' },
        { name: 'signer', type: 'address' },
        { name: 'asset', type: 'address' },
        { name: 'limitAmount', type: 'uint256' },
        { name: 'maxAmountPerTx', type: 'uint256' },
        { name: 'recipientAllowlist', type: 'address[]' },
        { name: 'periodSeconds', type: 'uint256' },
        { name: 'periodLimit', type: 'uint256' },
        { name: 'validFrom', type: 'uint256' },
        { name: 'validUntil', type: 'uint256' },
        { name: 'naturalLanguage', type: 'string' },
      ],
    },
    primaryType: 'Mandate' as const,
    message: {
      mandateId: terms.mandateId,
      agentId: terms.agentId,
      workspaceWallet: terms.workspaceWallet,
      signer: terms.signer,
      asset: terms.asset,
      limitAmount: terms.limitAmount.toString(),
      maxAmountPerTx: terms.maxAmountPerTx.toString(),
      recipientAllowlist: terms.recipientAllowlist,
      periodSeconds: terms.periodSeconds.toString(),
      periodLimit: terms.periodLimit.toString(),
      validFrom: terms.validFrom.toString(),
      validUntil: terms.validUntil.toString(),
      naturalLanguage: terms.naturalLanguage,
    },
  }
}
