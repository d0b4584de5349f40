'use client'

import { useId, useState } from 'react'
import { formatUsdc, parseUsdc } from '@/domain/money'
import { Address } from '../address/address'
import { useConfig } from '../config/config-context'
import { AmountField } from '../money/amount-field'
import { readAmount } from '../money/read-amount'
import { FaucetButton } from '../test-wallet/faucet-button'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { RadioCards } from '../ui/radio-cards'
import type { Flow } from '../wallet/flow-schema'
import { type PrepayWay, planPrepay } from '../wallet/plan-prepay'
import { WrongNetworkNotice } from '../wallet/wrong-network-notice'
import type { ReceiveAddress } from './deposit-answers'
import { isLinked } from './is-linked'
import type { KeptAgent } from './kept-agents'
import { signedRangeWords } from './outcome-words'
import { PayerChoice, payerOf } from './payer-choice'
import { MAX_SIGNED_ATOMIC, MIN_SIGNED_ATOMIC, TOP_UP_PRESETS } from './top-up-limits'
import type { ConnectedWallet } from './use-connected-wallet'
import { usePayingWallet } from './use-paying-wallet'

type TopUpFormProps = {
  agentId: string
  receive: ReceiveAddress
  wallet: ConnectedWallet
  bearer: KeptAgent | null
  onLinked: () => void
  onStart: (flow: Flow) => void
}

/** The amount, the wallet that pays, how, and where it goes; the button says what the wallet will be asked. */
export function TopUpForm({ agentId, receive, wallet, bearer, onLinked, onStart }: TopUpFormProps) {
  const { chainId, settlementAddress } = useConfig()
  const [text, setText] = useState('')
  const [way, setWay] = useState<PrepayWay>('send')
  const [picked, setPicked] = useState<`0x${string}` | null>(null)
  const { linkedWallets, receiveAddress, confirmationsRequired } = receive
  const payer = payerOf({ picked, connected: wallet.address, linked: linkedWallets })
  const figures = usePayingWallet(payer)
  const limits = {
    minimum: way === 'sign' ? MIN_SIGNED_ATOMIC : receive.minimum,
    ...(way === 'sign' && { maximum: MAX_SIGNED_ATOMIC }),
    ...(figures.data && { balance: figures.data.usdc, balanceWords: 'the wallet holds' }),
  }
  const read = readAmount(text, limits)
  const isPayerReady =
    wallet.state === 'ready' && payer !== null && payer === wallet.address && isLinked(linkedWallets, payer)
  const start = () => {
    if (!read.ok || !isPayerReady) return
    const { amount } = read
    const settlement = settlementAddress as `0x${string}`
    onStart(
      planPrepay({
        ...{ chainId, settlement, agentId, receiveAddress, confirmationsRequired, amount, way },
        wallet: payer,
      }),
    )
  }
  const isSigned = way === 'sign'
  return (
    <>
      <AmountField
        label="Amount"
        value={text}
        onChange={setText}
        limits={limits}
        presets={TOP_UP_PRESETS}
        hint={`At least ${formatUsdc(limits.minimum)} USDC. It becomes the agent’s balance, one for one.`}
      />
      <PayerChoice {...{ payer, wallet, bearer, onLinked }} linked={linkedWallets} onPick={setPicked} />
      <MoneyNotice payer={payer} text={text} figures={figures.data ?? null} isSigned={isSigned} />
      <WayChoice way={way} onChange={setWay} hasBearer={bearer !== null} />
      <Destination address={receiveAddress} />
      <WrongNetworkNotice />
      <div className="grid gap-2">
        <Button
          variant="primary"
          size="lg"
          disabled={!read.ok || !isPayerReady || !figures.data}
          onClick={start}
        >
          {isSigned ? 'Sign & credit balance' : 'Send USDC & credit balance'}
        </Button>
        <p className="text-[0.8125rem] text-ink-muted">
          {isSigned
            ? 'Your wallet asks once: to sign a payment of exactly this amount to the address above. It sends nothing itself.'
            : `Your wallet asks once: to send the USDC. Credited after ${confirmationsRequired} confirmations.`}
        </p>
      </div>
    </>
  )
}

function WayChoice({
  way,
  onChange,
  hasBearer,
}: {
  way: PrepayWay
  onChange: (way: PrepayWay) => void
  hasBearer: boolean
}) {
  const { features } = useConfig()
  if (!features.prepayX402TopUp || !hasBearer) return null
  return (
    <RadioCards
      legend="How"
      value={way}
      onValueChange={onChange}
      options={[
        { value: 'send', label: 'Send', description: 'Your wallet sends it and pays the gas.' },
        {
          value: 'sign',
          label: 'Sign instead of sending',
          description: `You sign a payment (x402), the console’s relayer sends it. ${signedRangeWords(MIN_SIGNED_ATOMIC, MAX_SIGNED_ATOMIC)}`,
        },
      ]}
    />
  )
}

function Destination({ address }: { address: `0x${string}` }) {
  const id = useId()
  const { chainName } = useConfig()
  return (
    <section aria-labelledby={id} className="grid gap-1.5">
      <p id={id} className="text-[0.8125rem] font-medium">
        It goes to
      </p>
      <div className="rounded-md border bg-sunken px-3 py-2.5">
        <Address address={address} isFull />
      </div>
      <p className="text-[0.8125rem] text-ink-muted">
        The receive address of this console on {chainName}. Compare it with what your wallet shows.
      </p>
    </section>
  )
}

type MoneyNoticeProps = {
  payer: `0x${string}` | null
  text: string
  figures: { usdc: bigint; gasWei: bigint } | null
  isSigned: boolean
}

function MoneyNotice({ payer, text, figures, isSigned }: MoneyNoticeProps) {
  const { chainName } = useConfig()
  if (!payer || !figures) return null
  const typed = parseUsdc(text)
  if (figures.usdc === 0n || (typed.ok && typed.amount > figures.usdc)) {
    return (
      <Notice
        title={figures.usdc === 0n ? 'The wallet holds no USDC' : 'Not enough USDC in the wallet'}
        action={<FaucetButton address={payer} size="sm" />}
      >
        It holds {formatUsdc(figures.usdc)} USDC on {chainName}. Bring USDC to it first.
      </Notice>
    )
  }
  if (isSigned || figures.gasWei > 0n) return null
  return (
    <Notice
      tone="caution"
      title="The wallet holds no ETH for gas"
      action={<FaucetButton address={payer} size="sm" label="Get test ETH" />}
    >
      Sending needs a little ETH on {chainName}, unless your wallet pays gas in another way.
    </Notice>
  )
}
