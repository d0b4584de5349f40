'use client'

import { useMutation } from '@tanstack/react-query'
import { Unlink } from 'lucide-react'
import { useState } from 'react'
import { storedAddress } from '@/domain/address'
import type { AgentView } from '@/domain/agent'
import { Address } from '../address/address'
import { shortAddress } from '../address/short-address'
import { readProblem } from '../trpc/read-problem'
import { useTRPC } from '../trpc/trpc'
import { Button } from '../ui/button'
import { DangerDialog } from '../ui/danger-dialog'
import { RelativeTime } from '../ui/relative-time'
import { toast } from '../ui/toast'
import { useAgentsChanged } from './use-agents-changed'

/** The wallets whose USDC is credited to the agent. Each signed for it; OWNER and ADMIN can unlink one. */
export function AgentWallets({ agent, mayManage }: { agent: AgentView; mayManage: boolean }) {
  const [asked, setAsked] = useState<string | null>(null)
  return (
    <section aria-labelledby="agent-wallets" className="grid gap-2">
      <h3 id="agent-wallets" className="font-semibold">
        Linked wallets
      </h3>
      {agent.wallets.length === 0 ? (
        <p className="text-ink-muted">
          None. The agent links a wallet with a signature of that wallet; USDC from it is then credited here.
        </p>
      ) : (
        <ul className="divide-y rounded-md border">
          {agent.wallets.map(({ address, linkedAt }) => (
            <li key={address} className="flex items-center justify-between gap-2 px-3 py-2">
              <span className="grid gap-0.5">
                <Address address={address} size="sm" />
                <span className="text-xs text-ink-muted">
                  Linked <RelativeTime at={linkedAt} />
                </span>
              </span>
              {mayManage ? (
                <Button
                  variant="ghost"
                  size="icon"
                  aria-label={`Unlink ${shortAddress(address)}`}
                  onClick={() => setAsked(address)}
                >
                  <Unlink aria-hidden />
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {asked ? <UnlinkDialog agent={agent} address={asked} onClose={() => setAsked(null)} /> : null}
    </section>
  )
}

type UnlinkDialogProps = { agent: AgentView; address: string; onClose: () => void }

function UnlinkDialog({ agent, address, onClose }: UnlinkDialogProps) {
  const trpc = useTRPC()
  const changed = useAgentsChanged()
  const unlink = useMutation(
    trpc.agents.unlinkWallet.mutationOptions({
      onSuccess: async () => {
        await changed()
        toast.success(`Unlinked ${shortAddress(address)}`)
        onClose()
      },
    }),
  )
  return (
    <DangerDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Unlink a wallet from ${agent.name}`}
      actionLabel="Unlink the wallet"
      pendingLabel="Unlinking"
      isPending={unlink.isPending}
      error={unlink.isError ? readProblem(unlink.error).detail : null}
      onConfirm={() =>
        unlink.mutate({ agentId: agent.id, workspaceId: agent.workspaceId, address: storedAddress(address) })
      }
    >
      <Address address={address} isFull isPlain className="text-ink" />
      <p>
        What this wallet sends from now on is credited to nobody by itself. The balance stays. The wallet can
        be linked again with a new signature.
      </p>
    </DangerDialog>
  )
}
