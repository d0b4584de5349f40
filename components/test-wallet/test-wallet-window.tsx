'use client'

import { FlaskConical } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { shortAddress } from '../address/short-address'
import { TestWalletConfirm } from './test-wallet-confirm'
import { TestWalletHome } from './test-wallet-home'
import { useTestWallet } from './use-test-wallet'

/**
 * The wallet's own window. It looks like nothing in the console on purpose: what is signed here is asked by the wallet and
 * not by the page. It opens by itself when something waits. It stands at the left: toasts come up at the right and would
 * cover its buttons.
 */
export function TestWalletWindow() {
  const { requests, selected, isConnected } = useTestWallet()
  const [isHomeOpen, setHomeOpen] = useState(false)
  const [current] = requests
  const close = () => {
    if (current) current.answer(null)
    else setHomeOpen(false)
  }
  return (
    <>
      {isConnected ? (
        <button
          type="button"
          aria-label={`Test wallet: ${selected.name} ${shortAddress(selected.address)}`}
          onClick={() => setHomeOpen(true)}
          className="fixed bottom-[calc(4.25rem+env(safe-area-inset-bottom))] left-3 z-30 inline-flex h-9 items-center gap-1.5 rounded-full border border-[#b98a2f] bg-[#2b1d00] px-3 font-mono text-xs font-medium text-[#ffd98a] shadow-high hover:bg-[#3d2a00] lg:bottom-3 lg:left-[16.5rem]"
        >
          <FlaskConical aria-hidden className="size-4" />
          <span className="max-sm:sr-only">
            {selected.name} {shortAddress(selected.address)}
          </span>
        </button>
      ) : null}
      <Dialog.Root
        open={current !== undefined || (isHomeOpen && isConnected)}
        onOpenChange={(open) => (open ? undefined : close())}
      >
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-[90] bg-[rgb(43_29_0/0.35)]" />
          <Dialog.Content
            aria-describedby={undefined}
            onInteractOutside={(event) => event.preventDefault()}
            className="fixed inset-x-2 top-2 z-[100] mx-auto flex max-h-[calc(100dvh-1rem)] max-w-sm flex-col overflow-hidden rounded-lg border-2 border-[#b98a2f] bg-[#fffaf0] font-mono text-[0.8125rem] text-[#2b1d00] shadow-high sm:right-auto sm:left-4 sm:mx-0 sm:w-96 dark:bg-[#1c1607] dark:text-[#f7e6c4] [&_:focus-visible]:outline-[#b98a2f]"
          >
            <header className="flex items-center gap-2 border-b-2 border-dashed border-[#b98a2f] bg-[#2b1d00] px-4 py-2.5 text-[#ffd98a]">
              <FlaskConical aria-hidden className="size-4" />
              <Dialog.Title className="flex-1 font-semibold">Test wallet</Dialog.Title>
              <span className="text-xs">local chain, test money</span>
            </header>
            {current ? (
              <TestWalletConfirm key={current.id} waiting={current} behind={requests.length - 1} />
            ) : (
              <TestWalletHome onClose={() => setHomeOpen(false)} />
            )}
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  )
}
