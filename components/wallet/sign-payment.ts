import { bytesToHex } from 'viem'
import { formatUsdc } from '@/domain/money'
import { buildTransferAuthorization } from '@/domain/usdc-authorization'
import { type FlowPorts, type PaymentOffer, PrepayRefusal } from './flow-ports'
import type { Flow } from './flow-schema'

/** What the console asks to be signed, checked against what the person chose. Throws `PrepayRefusal`. */
export async function askPayment(flow: Flow, { prepay, config }: FlowPorts): Promise<PaymentOffer> {
  if (!flow.prepay || !prepay) throw new Error('this flow has nowhere to pay')
  const offer = await prepay.askPayment(BigInt(flow.amount))
  if (offer.amount !== BigInt(flow.amount)) {
    throw new PrepayRefusal(
      `The console asks for ${formatUsdc(offer.amount)} USDC instead of ${formatUsdc(BigInt(flow.amount))} USDC. Nothing was signed.`,
    )
  }
  const isExpected =
    isSame(offer.payTo, flow.prepay.receiveAddress) &&
    isSame(offer.asset, config.usdcAddress) &&
    offer.chainId === flow.chainId
  if (!isExpected) {
    throw new PrepayRefusal(
      'The console asks for a payment in another token or to another address than this page shows. Nothing was signed.',
    )
  }
  return offer
}

/** Opens the wallet once and returns the payment as the header carries it (x402 v2, scheme `exact`, base64 of JSON). */
export async function signPayment({
  flow,
  offer,
  ports,
}: {
  flow: Flow
  offer: PaymentOffer
  ports: FlowPorts
}): Promise<string> {
  // The chain's clock and not this machine's: the token compares with it.
  const { timestamp } = await ports.client.getBlock()
  const authorization = {
    from: flow.wallet,
    to: offer.payTo,
    value: offer.amount,
    validAfter: 0n,
    validBefore: timestamp + BigInt(offer.maxTimeoutSeconds),
    nonce: bytesToHex(crypto.getRandomValues(new Uint8Array(32))),
  }
  const signature = await ports.wallet.signPayment(
    buildTransferAuthorization({
      ...authorization,
      chainId: offer.chainId,
      usdcAddress: offer.asset,
      usdcDomainName: offer.domainName,
      usdcDomainVersion: offer.domainVersion,
    }),
  )
  const payment = {
    x402Version: 2,
    resource: offer.resource,
    accepted: offer.accepted,
    payload: { signature, authorization },
  }
  const json = JSON.stringify(payment, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
  return btoa(String.fromCharCode(...new TextEncoder().encode(json)))
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
