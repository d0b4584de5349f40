import { Notice } from '../ui/notice'
import { SecretOnceDialog } from '../ui/secret-once-dialog'

type TokenDialogProps = {
  agentName: string
  token: string
  /** When the former token dies, after a rotation. */
  previousExpiresAt?: string | undefined
  onClose: () => void
}

/** An agent's token, once. */
export function TokenDialog({ agentName, token, previousExpiresAt, onClose }: TokenDialogProps) {
  return (
    <SecretOnceDialog
      title={`Token of ${agentName}`}
      description="Whoever has it can spend this agent's balance. It is stored here only as a hash and cannot be shown again."
      secret={token}
      thing="token"
      label="Token"
      storedLabel="I have stored it"
      storedHint="In a password manager, or where the agent reads its secrets."
      onClose={onClose}
    >
      {previousExpiresAt ? (
        <Notice title="The former token works for another minute">
          Give the agent this one before{' '}
          <time dateTime={previousExpiresAt}>{previousExpiresAt.slice(11, 19)} UTC</time>.
        </Notice>
      ) : null}
    </SecretOnceDialog>
  )
}
