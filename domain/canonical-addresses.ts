/** Contracts that stand at the same address on every chain Bursar runs on; the local chain gets its own copies there. */
export const permit2Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3'
export const multicall3Address = '0xcA11bde05977b3631167028862bE2a173976CA11'
export const x402ExactPermit2ProxyAddress = '0x402085c248EeA27D92E8b30b2C58ed07f9E20001'
export const x402UptoPermit2ProxyAddress = '0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002'

/** Deploy Coinbase's smart wallets (versions 1 and 1.1): a wallet that was never used yet signs with a deployment through these. */
export const smartWalletFactoryAddresses = [
  '0x0BA5ED0c6AA8c49038F819E587E2633c4A9F428a',
  '0xBA5ED110eFDBa3D005bfC882d75358ACBbB85842',
] as const
