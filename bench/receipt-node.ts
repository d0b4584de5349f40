// A node whose every transaction is a deposit, ten blocks deep, from the wallet that the last twenty bytes of its hash name; a process of its
// own for bench/deposit-claims.ts.
import { createServer } from 'node:http'
import { pad, toEventSelector } from 'viem'
import { env } from '@/server/core/env'

const DEPOSIT_AMOUNT = 1_000_000n
const [MINED, HEAD] = ['0x64', '0x6e']
const BLOCK_HASH = `0x${'b1'.repeat(32)}` as const
const TRANSFER = toEventSelector('Transfer(address,address,uint256)')

type Asked = { id?: number; method?: string; params?: [string, ...unknown[]] }

const { PORT, USDC_ADDRESS, RECEIVE_ADDRESS = '0x' } = env()
const block = {
  ...{ hash: BLOCK_HASH, parentHash: BLOCK_HASH, timestamp: '0x60000000', logsBloom: `0x${'f'.repeat(512)}` },
}

function answer({ method, params: [asked] = [''] }: Asked) {
  if (method === 'eth_getBlockByNumber') return { ...block, number: asked === 'latest' ? HEAD : asked }
  if (method !== 'eth_getTransactionReceipt') return null
  const log = {
    address: USDC_ADDRESS,
    topics: [TRANSFER, pad(`0x${asked.slice(-40)}`), pad(RECEIVE_ADDRESS as `0x${string}`)],
    data: pad(`0x${DEPOSIT_AMOUNT.toString(16)}`),
    logIndex: '0x0',
  }
  return { transactionHash: asked, blockNumber: MINED, blockHash: BLOCK_HASH, status: '0x1', logs: [log] }
}

createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const asked = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Asked
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ jsonrpc: '2.0', id: asked.id, result: answer(asked) }))
  })
}).listen(PORT, '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
