import { randomBytes } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Hex, verifyTypedData } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { checksummed, storedAddress } from '../domain/address'
import { buildTransferAuthorization } from '../domain/usdc-authorization'
import {
  createSigner,
  hashTypedData,
  recoverSigner,
  signHash,
  verifyTypedDataSignature,
} from '../server/chain'
import { env } from '../server/core/env'
import { type BenchRow, percentile } from './bench-row'

const ROUNDS = 7
const ROUND_MILLISECONDS = 600
const VERIFIES_PER_SECOND = 500
const LOADED_SECONDS = 5
const COMPARED = 10_000

const privateKey = generatePrivateKey()
const account = privateKeyToAccount(privateKey)
const signer = createSigner({
  address: account.address,
  sign: ({ hash }) => signHash({ hash, privateKey }),
})

/** EIP-3009 authorizations signed and their signers recovered on one core, beside viem's own arithmetic. */
export async function benchSignatures(): Promise<BenchRow[]> {
  const typedData = authorization()
  const signature = await account.signTypedData(typedData)
  const rates = await alternate({
    ours: () => signer.signTypedData(authorization()),
    viem: () => account.signTypedData(authorization()),
    recovered: () => recoverSigner({ hash: hashTypedData(typedData), signature }),
    verified: () => verifyTypedData({ ...typedData, address: account.address, signature }),
  })
  const median = (name: keyof typeof rates) => percentile(rates[name], 0.5)
  const [signing, recovering] = [median('ours') / median('viem'), median('recovered') / median('verified')]
  const same = await countSame()
  const delay = await measureDelay(() =>
    verifyTypedDataSignature({ address: account.address, typedData, signature }),
  )
  return [
    {
      name: 'EIP-3009 authorizations signed, recovered and compared on one core, beside viem’s signTypedData alone',
      measured: `${Math.round(median('ours'))} /s, ${signing.toFixed(1)} times, ${same} of ${COMPARED} the same bytes`,
      limit: `${Math.round(median('viem'))} /s`,
      goal: '≥ 2.5 times, the same bytes',
      isMet: signing >= 2.5 && same === COMPARED,
    },
    {
      name: 'signers of EIP-3009 authorizations recovered on one core, beside viem’s verifyTypedData',
      measured: `${Math.round(median('recovered'))} /s, ${recovering.toFixed(1)} times`,
      limit: `${Math.round(median('verified'))} /s`,
      goal: '≥ 8 times',
      isMet: recovering >= 8,
    },
    {
      name: `the event loop's delay at ${VERIFIES_PER_SECOND} verified signatures a second`,
      measured: `p99 ${delay.toFixed(1)} ms`,
      limit: '–',
      goal: 'p99 ≤ 5 ms',
      isMet: delay <= 5,
    },
  ]
}

async function countSame(): Promise<number> {
  let same = 0
  for (let count = 0; count < COMPARED; count += 1) {
    const typedData = authorization()
    if ((await signer.signTypedData(typedData)) === (await account.signTypedData(typedData))) same += 1
  }
  return same
}

function authorization() {
  return buildTransferAuthorization({
    chainId: env().NETWORK.chainId,
    usdcAddress: checksummed(env().USDC_ADDRESS),
    from: account.address,
    to: checksummed(storedAddress('0x1234567890abcdef1234567890abcdef12345678')),
    usdcDomainName: 'USD Coin',
    value: 1_000_000n,
    validAfter: 0n,
    nonce: `0x${randomBytes(32).toString('hex')}` as Hex,
    validBefore: 2_000_000_000n,
  })
}

async function alternate<Name extends string>(
  cases: Record<Name, () => Promise<unknown>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(cases) as Name[]
  const rates = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) {
      const startedAt = performance.now()
      let count = 0
      for (; performance.now() - startedAt < ROUND_MILLISECONDS; count += 1) await cases[name]()
      rates[name].push((count * 1000) / (performance.now() - startedAt))
    }
  }
  return rates
}

/** How late the event loop is, in milliseconds at the 99th percentile, while signatures arrive one by one. */
async function measureDelay(verify: () => Promise<boolean>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  const every = 1000 / VERIFIES_PER_SECOND
  const startedAt = performance.now()
  histogram.enable()
  for (let count = 0; count < VERIFIES_PER_SECOND * LOADED_SECONDS; count += 1) {
    const due = startedAt + count * every
    if (due > performance.now()) await sleep(due - performance.now())
    if (!(await verify())) throw new Error('a good signature was refused')
  }
  histogram.disable()
  return histogram.percentile(99) / 1e6
}
