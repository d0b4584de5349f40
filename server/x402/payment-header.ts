/** The signed payment of a request: PAYMENT-SIGNATURE of x402 v2, or X-PAYMENT, its older name. */
export function paymentHeader({ headers }: { headers: Headers }): string | null {
  return headers.get('payment-signature') ?? headers.get('x-payment')
}
