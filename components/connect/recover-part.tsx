'use client'

import { useCallback } from 'react'
import { walletRegisteredView } from '@/domain/agent-api'
import { Address } from '../address/address'
import { shortAddress } from '../address/short-address'
import { RequestError } from '../auth/post-json'
import { Button } from '../ui/button'
import { Card, CardBody, CardHeader } from '../ui/card'
import { Notice } from '../ui/notice'
import { Spinner } from '../ui/spinner'
import { ConnectChoice } from '../wallet/connect-choice'
import { problemOf, requestAgentApi } from './request-agent-api'
import { RequestFailure } from './request-failure'
import type { ConnectedWallet } from './use-connected-wallet'
import { useWalletProof } from './use-wallet-proof'

type RecoverPartProps = {
  wallet: ConnectedWallet
  onRecovered: (
    owner: string,
    agent: { agentId: string; name: string; token: string },
    isRecovered: boolean,
  ) => void
}

/** A new bearer for the agent of a wallet: the only way back to an agent whose bearer is lost. */
export function RecoverPart({ wallet, onRecovered }: RecoverPartProps) {
  const submit = useCallback(
    async (proof: { message: string; signature: string }, address: `0x${string}`) => {
      const { status, answer } = await requestAgentApi('/api/v1/agents/wallet-register', {
        method: 'POST',
        body: JSON.stringify(proof),
      })
      if (status >= 400) throw new RequestError(problemOf(answer))
      const { agent_id: agentId, bearer: token } = walletRegisteredView.parse(answer)
      // 200 is the agent that the wallet had; 201 one that was made because it had none.
      onRecovered(address, { agentId, token, name: `Agent of ${shortAddress(address)}` }, status === 200)
    },
    [onRecovered],
  )
  const { state, prove, pending } = useWalletProof({ purpose: 'register', submit })
  const { address } = wallet
  return (
    <Card aria-labelledby="recover-title">
      <CardHeader
        id="recover-title"
        title="Get a new bearer with its wallet"
        description="For an agent whose bearer is lost or was seen by somebody else."
      />
      <CardBody className="grid gap-4">
        <ul className="grid list-disc gap-1.5 pl-5 text-ink-muted">
          <li>Your wallet asks once, to sign a message. It sends nothing and costs nothing.</li>
          <li>The agent stays the same: its id, balance, limits and history.</li>
          <li>
            It gets a new bearer.{' '}
            <strong className="font-medium text-ink">The old one stops working after 60 seconds</strong>,
            wherever it is in use.
          </li>
          <li>
            It has to be the wallet that the agent was made with. A wallet without an agent gets a new one.
          </li>
        </ul>
        {wallet.state === 'looking' ? (
          <Spinner>Looking for your wallet</Spinner>
        ) : address ? (
          <>
            <div className="flex flex-wrap items-center justify-between gap-2 rounded-md border px-3 py-2.5">
              <Address address={address} isPlain />
              <span className="text-[0.8125rem] text-ink-muted">Connected</span>
            </div>
            <Button variant="primary" className="h-11" pending={pending} onClick={() => prove(address)}>
              Sign and get a new bearer
            </Button>
          </>
        ) : (
          <div className="grid gap-3">
            <p className="text-[0.8125rem] text-ink-muted">
              Connect the wallet that the agent was made with:
            </p>
            <ConnectChoice />
          </div>
        )}
        {state.stage === 'declined' ? (
          <Notice tone="caution" title="You declined in the wallet">
            Nothing happened: the old bearer still works.
          </Notice>
        ) : null}
        {state.stage === 'failed' ? <RequestFailure error={state.error} /> : null}
      </CardBody>
    </Card>
  )
}
