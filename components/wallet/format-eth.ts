const WEI_PER_MICRO_ETH = 1_000_000_000_000n
const MICRO_PER_ETH = 1_000_000n
/** From here on two decimals say enough. */
const PLENTY_ETH = 100n

/** ETH with the decimals that matter (six, or two when there is plenty), cut; what is not nothing never reads as 0. */
export function formatEth(wei: bigint): string {
  const micro = wei / WEI_PER_MICRO_ETH
  if (micro === 0n) return wei === 0n ? '0' : '<0.000001'
  const whole = micro / MICRO_PER_ETH
  const decimals = whole >= PLENTY_ETH ? 2 : 6
  const fraction = (micro % MICRO_PER_ETH).toString().padStart(6, '0').slice(0, decimals).replace(/0+$/, '')
  const grouped = whole.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return `${grouped}${fraction ? `.${fraction}` : ''}`
}
