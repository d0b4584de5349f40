import { LocalTime } from '../activity/local-time'
import { Notice } from '../ui/notice'
import { SecretOnceDialog } from '../ui/secret-once-dialog'
import { VerifySnippet } from './verify-snippet'

type SecretDialogProps = {
  secret: string
  /** Until when the former one signs too, after a rotation. */
  previousEndsAt?: string | null
  onClose: () => void
}

/** A signing secret, once, with how a server checks what it signs. */
export default function SecretDialog({ secret, previousEndsAt = null, onClose }: SecretDialogProps) {
  return (
    <SecretOnceDialog
      title="Signing secret"
      description="With it your server tells our messages from anybody else’s. It is sealed here and cannot be shown again."
      secret={secret}
      thing="secret"
      label="Signing secret"
      storedLabel="I have stored it where my server reads its secrets"
      onClose={onClose}
    >
      {previousEndsAt ? (
        <Notice title="Both secrets sign until then">
          Give your server this one before <LocalTime at={previousEndsAt} />; the former one is accepted by it
          meanwhile.
        </Notice>
      ) : null}
      <VerifySnippet />
    </SecretOnceDialog>
  )
}
