import { storedAddress } from '@/domain/address'
import { DEPOSIT_CONFIRMATIONS } from '@/domain/deposits'
import { formatUsdc } from '@/domain/money'
import { ChainError, readHeader, readUsdcBalanceAt } from '@/server/chain'
import { env } from '@/server/core/env'
import { log } from '@/server/core/log'
import { raiseAlarm, resolveOtherAlarms } from '@/server/instance'
import { type LedgerProof, readLedgerProof } from './ledger-repository'

type Finding = { subject: string; message: string; details: Record<string, string> }

/**
 * Proves the ledger: every stored balance is the sum of its transfers, all balances add up to zero, every credited deposit has
 * exactly its credits, and the receive address holds at least what is somebody's, read at a block six deep after the books were.
 * What does not hold becomes an alarm, and resolves when it holds again. Throws `ChainError` when the chain does not answer.
 */
export async function checkLedger(): Promise<{ findings: string[] }> {
  const { NETWORK, RECEIVE_ADDRESS } = env()
  const receiver = RECEIVE_ADDRESS ? storedAddress(RECEIVE_ADDRESS) : ''
  const proof = await readLedgerProof({ chainId: NETWORK.chainId, receiver })
  const findings = findMismatches(proof)
  await report('ledger_mismatch', findings)
  const short = receiver ? await findShortage(proof) : []
  await report('receive_address_short', short)
  return { findings: [...findings, ...short].map(({ subject }) => subject) }
}

function findMismatches({ wrongAccounts, total, wrongDeposits }: LedgerProof): Finding[] {
  const accounts = wrongAccounts.map(({ id, kind, owner, stored, summed }) => ({
    subject: `account:${id}`,
    message: `The stored balance of ${kind} ${owner} is ${usdc(stored)}, its transfers add up to ${usdc(summed)} USDC.`,
    details: { stored: stored.toString(), summed: summed.toString() },
  }))
  const deposits = wrongDeposits.map(({ id, expected, credited }) => ({
    subject: `deposit:${id}`,
    message: `The ledger credits deposit ${id} with ${usdc(credited)} USDC; its row says ${usdc(expected)}.`,
    details: { expected: expected.toString(), credited: credited.toString() },
  }))
  const sum = { subject: 'total', message: `All balances add up to ${usdc(total)} USDC and not to zero.` }
  return [
    ...accounts,
    ...deposits,
    ...(total === 0n ? [] : [{ ...sum, details: { total: total.toString() } }]),
  ]
}

async function findShortage({ required, newestBlock }: LedgerProof): Promise<Finding[]> {
  const head = await readHeader('latest')
  const depth = BigInt(DEPOSIT_CONFIRMATIONS) - 1n
  if (!head || head.number < newestBlock) {
    throw new ChainError('unknown_block', `the node does not have block ${newestBlock} of the newest credit`)
  }
  // Where a credit is younger than six blocks, as x402 settlements are, its money is there only from its own block on.
  const deep = head.number > depth ? head.number - depth : 0n
  const block = await readHeader(deep > newestBlock ? deep : newestBlock)
  if (!block) throw new ChainError('unknown_block', 'the node does not have a block six deep')
  const findings: Finding[] = []
  for (const { receiver, amount } of required) {
    const held = await readUsdcBalanceAt({ account: storedAddress(receiver), blockHash: block.hash })
    if (held >= amount) continue
    findings.push({
      subject: receiver,
      message: `The receive address holds ${usdc(held)} USDC at block ${block.number}, but ${usdc(amount)} USDC there belong to agents and workspaces.`,
      details: { held: held.toString(), required: amount.toString(), block: block.number.toString() },
    })
  }
  return findings
}

async function report(
  kind: 'ledger_mismatch' | 'receive_address_short',
  findings: readonly Finding[],
): Promise<void> {
  for (const finding of findings) {
    log.error({ kind, subject: finding.subject, ...finding.details }, finding.message)
    await raiseAlarm({ kind, severity: 'critical', ...finding })
  }
  await resolveOtherAlarms({ kind, except: findings.map(({ subject }) => subject), by: 'ledger check' })
}

function usdc(amount: bigint): string {
  return formatUsdc(amount)
}
