'use client'

import { formatEther } from 'viem'
import { formatUsdc } from '@/domain/money'
import { FaucetButton } from './faucet-button'
import { AccountChoice, WalletButton, WalletFields } from './test-wallet-parts'
import { useTestBalances, useTestWallet } from './use-test-wallet'

/** What the wallet shows when nothing waits: accounts, balances, faucet. */
export function TestWalletHome({ onClose }: { onClose: () => void }) {
  const { wallet, accounts, selected } = useTestWallet()
  const balances = useTestBalances(selected.address, true)
  const { keyring } = wallet
  const disconnect = () => {
    keyring.setConnected(false)
    onClose()
  }
  return (
    <>
      <div className="grid gap-4 overflow-y-auto p-4">
        <p className="text-xs leading-relaxed">
          Throwaway keys of this browser. Everybody knows those of the demo people: never send real money to
          them.
        </p>
        <AccountChoice accounts={accounts} selected={selected.address} onSelect={keyring.select} />
        <WalletButton onClick={() => keyring.addBurner()}>New burner key</WalletButton>
        <WalletFields
          fields={[
            { label: 'Address', value: selected.address },
            { label: 'USDC', value: balances.data ? `${formatUsdc(balances.data.usdc)} USDC` : '…' },
            { label: 'Gas', value: balances.data ? `${formatEther(balances.data.eth)} ETH` : '…' },
          ]}
        />
        <FaucetButton address={selected.address} className="w-full font-mono" />
      </div>
      <footer className="flex gap-2 border-t border-dashed border-[#b98a2f] p-4">
        <WalletButton onClick={disconnect}>Disconnect</WalletButton>
        <WalletButton isPrimary onClick={onClose}>
          Close wallet
        </WalletButton>
      </footer>
    </>
  )
}
