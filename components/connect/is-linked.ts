/** Whether an address is among these, in whatever case they are written. */
export function isLinked(wallets: readonly string[], address: string): boolean {
  return wallets.some((wallet) => wallet.toLowerCase() === address.toLowerCase())
}
