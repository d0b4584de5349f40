import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { pool } from '@/server/core/db'
import { registerRelayers } from '@/server/relayer'
import { balanceOf, createFundedAgent } from '@/test/harness/balance'
import { openChain } from '@/test/harness/chain'
import { until } from '@/test/harness/until'
import { encodePayment, makePayer, settleRound, signPayment } from '@/test/harness/x402'
import { buildPaymentRequired } from './build-payment-required'
import { settlePayment } from './settle-payment'

const RESOURCE = 'http://localhost:3000/api/v1/balance/topup/x402'

// A second endpoint that passes everything on, but shows no logs for as long as it lags.
let isLagging = true
let asked = 0
const second = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString()
  const { id, method } = JSON.parse(body) as { id: number; method: string }
  if (method === 'eth_getLogs') asked += 1
  const answer =
    isLagging && method === 'eth_getLogs'
      ? JSON.stringify({ jsonrpc: '2.0', id, result: [] })
      : await (
          await fetch(process.env.RPC_URL ?? '', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          })
        ).text()
  response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
}).listen(0, '127.0.0.1')
await once(second, 'listening')
process.env.RPC_URL_SECOND = `http://127.0.0.1:${(second.address() as AddressInfo).port}`
afterAll(() => {
  second.closeAllConnections()
  second.close()
})

test('above 100 USDC nothing is credited until the second endpoint shows the same transfer; up to 100 nobody waits for it', async () => {
  const chain = openChain()
  await registerRelayers()
  const pay = async (amount: bigint) => {
    const agent = await createFundedAgent(0n)
    const payer = await makePayer(chain)
    const required = await buildPaymentRequired({ amount, resourceUrl: RESOURCE, description: 'test' })
    if (!required) throw new Error('nothing is offered')
    const payment = await signPayment(payer, { required, scheme: 'exact' })
    const expected = { amount, resourceUrl: RESOURCE, purpose: 'topup' as const, agent }
    await settlePayment({ header: encodePayment(payment), expected, waitMilliseconds: 10 })
    return agent.agentId
  }
  const [small, large] = [await pay(100_000_000n), await pay(100_000_001n)]
  await until('the small one is credited and the second endpoint was asked for the large one', async () => {
    await pool().query(
      `update x402_payments set due_at = now() - interval '1 second' where status <> 'settled'`,
    )
    await settleRound()
    return (await balanceOf(small)) === 100_000_000n && asked > 1
  })
  expect(await balanceOf(large)).toBe(0n)
  isLagging = false
  await until('the large one is credited', async () => {
    await pool().query(
      `update x402_payments set due_at = now() - interval '1 second' where status <> 'settled'`,
    )
    await settleRound()
    return (await balanceOf(large)) === 100_000_001n
  })
})
