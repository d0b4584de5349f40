const ATOMIC_PER_USDC = 1_000_000

/** USDC as a float: it only places a pixel, the words come from the amount itself. */
export function pixelHeight(atomic: bigint): number {
  return Number(atomic) / ATOMIC_PER_USDC
}
