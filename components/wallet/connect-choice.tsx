'use client'

import { useConnect } from 'wagmi'
import { WalletChoice } from '../auth/wallet-choice'
import { Notice } from '../ui/notice'
import { Spinner } from '../ui/spinner'
import { isRejection } from './is-rejection'

/** The wallets to choose from, what is awaited while one connects, and a calm word when it did not. */
export function ConnectChoice() {
  const connect = useConnect()
  return (
    <>
      <WalletChoice onChoose={(connector) => connect.mutate({ connector })} />
      {connect.isPending ? <Spinner>Confirm in your wallet</Spinner> : null}
      {connect.isError ? (
        <Notice
          tone="caution"
          title={isRejection(connect.error) ? 'You declined in the wallet' : 'The wallet did not connect'}
        >
          {isRejection(connect.error) ? 'Nothing happened.' : connect.error.message.split('\n')[0]}
        </Notice>
      ) : null}
    </>
  )
}
