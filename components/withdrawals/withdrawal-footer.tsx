import { formatUsdc } from '@/domain/money'
import { Button } from '../ui/button'

type WithdrawalFooterProps = {
  /** What the press does, before the amount: "Withdraw", "Refund". */
  verb: string
  amount: bigint | null
  isReady: boolean
  isPending: boolean
  isDone: boolean
  onSend: () => void
  onClose: () => void
}

/** The buttons of a dialog that sends USDC out: the press names the amount. */
export function WithdrawalFooter(props: WithdrawalFooterProps) {
  const { verb, amount, isReady, isPending, isDone, onSend, onClose } = props
  if (isDone) return <Button onClick={onClose}>Close</Button>
  return (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button
        variant="primary"
        disabled={!isReady || amount === null}
        pending={isPending && 'Asking for it'}
        onClick={onSend}
      >
        {amount === null ? verb : `${verb} ${formatUsdc(amount)} USDC`}
      </Button>
    </>
  )
}
