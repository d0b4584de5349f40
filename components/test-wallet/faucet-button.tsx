'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Droplets } from 'lucide-react'
import { parseEther } from 'viem'
import { postJson } from '../auth/post-json'
import { useConfig } from '../config/config-context'
import { Button, type ButtonProps } from '../ui/button'
import { toast } from '../ui/toast'

const FAUCET_USDC_ATOMIC = 1_000_000_000n
const FAUCET_ETH_WEI = parseEther('1')

type FaucetButtonProps = Omit<ButtonProps, 'onClick' | 'children' | 'pending'> & {
  address: string
  label?: string
}

/** Test money for an address: 1,000 USDC and 1 ETH, on the local chain only. Empty elsewhere. */
export function FaucetButton({ address, label = 'Get 1,000 test USDC', ...rest }: FaucetButtonProps) {
  const { features } = useConfig()
  const queryClient = useQueryClient()
  const faucet = useMutation({
    mutationFn: () =>
      postJson('/api/dev/faucet', {
        address,
        usdc: FAUCET_USDC_ATOMIC.toString(),
        eth: FAUCET_ETH_WEI.toString(),
      }),
    onSuccess: () => {
      toast.success('The faucet sent 1,000 USDC and 1 ETH', {
        description: 'They arrive with the next block. They are in the wallet, not in the pool.',
      })
      return queryClient.invalidateQueries()
    },
    onError: (error) =>
      toast.error('The faucet did not answer', { description: `${error.message} Nothing was sent.` }),
  })
  if (!features.faucet) return null
  return (
    <Button pending={faucet.isPending && 'Asking the faucet'} onClick={() => faucet.mutate()} {...rest}>
      <Droplets aria-hidden />
      {label}
    </Button>
  )
}
