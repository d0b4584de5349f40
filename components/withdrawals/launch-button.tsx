'use client'

import { ArrowUpRight } from 'lucide-react'
import { type ComponentType, useState } from 'react'
import { Button } from '../ui/button'
import { toast } from '../ui/toast'

type DialogProps = { open: boolean; onOpenChange: (open: boolean) => void }

type LaunchButtonProps<Props> = {
  label: string
  load: () => Promise<ComponentType<DialogProps & Props>>
  dialogProps: Props
}

/** A button whose dialog's code is fetched when a person points at it, and kept from its first opening on. */
export function LaunchButton<Props extends object>({ label, load, dialogProps }: LaunchButtonProps<Props>) {
  const [isOpen, setOpen] = useState(false)
  const [isLoading, setLoading] = useState(false)
  const [Dialog, setDialog] = useState<ComponentType<DialogProps & Props> | null>(null)
  // A failed fetch is told when the dialog is asked for.
  const prefetch = () => void load().catch(() => undefined)
  const open = async () => {
    setLoading(true)
    try {
      const loaded = await load()
      setDialog(() => loaded)
      setOpen(true)
    } catch {
      toast.error('The dialog could not be loaded', {
        description: 'Nothing was sent. Check the connection.',
      })
    } finally {
      setLoading(false)
    }
  }
  return (
    <>
      <Button onClick={open} onPointerEnter={prefetch} onFocus={prefetch} pending={isLoading && label}>
        <ArrowUpRight aria-hidden />
        {label}
      </Button>
      {Dialog ? <Dialog open={isOpen} onOpenChange={setOpen} {...dialogProps} /> : null}
    </>
  )
}
