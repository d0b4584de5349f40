'use client'

import { useState } from 'react'
import { formatEther, formatGwei, stringToHex } from 'viem'
import { showJson } from '@/domain/visible-text'
import { useConfig } from '../config/config-context'
import { describeMessage } from './describe-message'
import { describeTransaction, describeTypedData } from './describe-transaction'
import type { QueuedRequest } from './request-queue'
import { AccountChoice, RawData, WalletButton, WalletFields, WalletWarning } from './test-wallet-parts'
import type { TestWalletRequest, TransactionRequest, TypedDataToSign } from './test-wallet-request'
import { useTestWallet } from './use-test-wallet'

const HEADLINES: Record<TestWalletRequest['kind'], string> = {
  connect: 'Connect to this site',
  message: 'Sign a message',
  'typed-data': 'Sign typed data',
  transaction: 'Send a transaction',
}

type TestWalletConfirmProps = {
  waiting: QueuedRequest
  /** How many requests wait after this one. */
  behind: number
}

/** One request with all that it signs, and the two answers. */
export function TestWalletConfirm({ waiting, behind }: TestWalletConfirmProps) {
  const { wallet, accounts, selected } = useTestWallet()
  const { chainName, chainId } = useConfig()
  const [chosen, setChosen] = useState<`0x${string}`>(selected.address)
  const { request, answer } = waiting
  const signer = request.kind === 'connect' ? chosen : signerOf(request)
  const name = accounts.find(({ address }) => address === signer)?.name ?? 'Account'
  return (
    <>
      <div className="grid gap-4 overflow-y-auto p-4">
        <div className="flex items-baseline justify-between gap-3">
          <h3 className="text-[0.9375rem] font-semibold">{HEADLINES[request.kind]}</h3>
          {behind > 0 ? <span className="text-xs">{behind} more waiting</span> : null}
        </div>
        <WalletFields
          fields={[
            { label: 'Site', value: window.location.origin },
            { label: 'Network', value: `${chainName} (${chainId})` },
          ]}
        />
        {request.kind === 'connect' ? (
          <>
            <AccountChoice accounts={accounts} selected={chosen} onSelect={setChosen} />
            <WalletButton onClick={() => setChosen(wallet.keyring.addBurner().address)}>
              New burner key
            </WalletButton>
          </>
        ) : (
          <WalletFields fields={[{ label: 'Account', value: `${name} ${signer}` }]} />
        )}
        {request.kind === 'message' ? <Message text={request.text} /> : null}
        {request.kind === 'typed-data' ? <TypedData typedData={request.typedData} /> : null}
        {request.kind === 'transaction' ? <Transaction transaction={request.transaction} /> : null}
      </div>
      <footer className="flex gap-2 border-t border-dashed border-[#b98a2f] p-4">
        <WalletButton onClick={() => answer(null)}>Reject</WalletButton>
        <WalletButton isPrimary onClick={() => answer(signer)}>
          Confirm
        </WalletButton>
      </footer>
    </>
  )
}

function signerOf(request: Exclude<TestWalletRequest, { kind: 'connect' }>): `0x${string}` {
  return request.kind === 'transaction' ? request.transaction.from : request.from
}

function Message({ text }: { text: string }) {
  const { headline, warning } = describeMessage(text, window.location.host)
  return (
    <div className="grid gap-3">
      <p className="text-[0.9375rem] font-semibold">{headline}</p>
      {warning ? <WalletWarning>{warning}</WalletWarning> : null}
      <pre className="max-h-60 overflow-auto rounded-md border border-[#b98a2f]/50 p-2.5 text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
        {text}
      </pre>
      <RawData label="Raw data">{stringToHex(text)}</RawData>
    </div>
  )
}

function TypedData({ typedData }: { typedData: TypedDataToSign }) {
  const config = useConfig()
  const { headline, domain, fields } = describeTypedData(typedData, config)
  return (
    <div className="grid gap-3">
      <p className="text-[0.9375rem] font-semibold">{headline}</p>
      <WalletFields title="Domain" fields={domain} />
      <WalletFields title={typedData.primaryType} fields={fields} />
      <RawData label="Raw data">{showJson(typedData)}</RawData>
    </div>
  )
}

function Transaction({ transaction }: { transaction: TransactionRequest }) {
  const described = describeTransaction(transaction, useConfig())
  const { to, value, data, gas, maxFeePerGas, refusal } = transaction
  return (
    <div className="grid gap-3">
      <p className="text-[0.9375rem] font-semibold">{described.headline}</p>
      {refusal ? <WalletWarning>The chain would refuse this now. {refusal}</WalletWarning> : null}
      <WalletFields
        fields={[
          { label: described.functionName ? 'Contract' : 'To', value: `${described.contract} ${to ?? ''}` },
          ...(described.functionName ? [{ label: 'Function', value: described.functionName }] : []),
          ...described.fields,
          ...(value > 0n ? [{ label: 'ETH sent', value: `${formatEther(value)} ETH`, isWarning: true }] : []),
          {
            label: 'Gas',
            value: `at most ${formatEther(gas * maxFeePerGas)} ETH (${gas} units at ${formatGwei(maxFeePerGas)} gwei)`,
          },
        ]}
      />
      <RawData label="Raw data">{data}</RawData>
    </div>
  )
}
