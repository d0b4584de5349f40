import { TRPCClientError } from '@trpc/client'

/** What a wallet threw while it was asked to sign, in words for a person; an answer of the console stays what it is. */
export async function readableWalletError(cause: unknown): Promise<unknown> {
  if (cause instanceof TRPCClientError) return cause
  // With the decoding of reverts behind it, it loads when there is an error to read.
  const reading = await import('./wallet-error-stage').catch(() => null)
  const stage = reading?.walletErrorStage(cause)
  return stage && 'words' in stage ? new Error(stage.words, { cause }) : cause
}
