'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ColumnDef } from '@tanstack/react-table'
import { Laptop, Smartphone } from 'lucide-react'
import { useMemo } from 'react'
import type { SessionView } from '@/domain/people'
import { ProblemState } from '../trpc/problem-state'
import { readProblem } from '../trpc/read-problem'
import { StaleNotice } from '../trpc/stale-notice'
import { useTRPC } from '../trpc/trpc'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { Card, CardHeader } from '../ui/card'
import { type ColumnMeta, DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { RelativeTime } from '../ui/relative-time'
import { toast } from '../ui/toast'
import { browserWords } from './browser-words'

/** The browsers the signed-in person is signed in with, each to end from here. */
export function SessionsTab() {
  const trpc = useTRPC()
  const sessions = useQuery(trpc.auth.sessions.queryOptions())
  const rows = sessions.data ?? []
  const columns = useMemo(makeColumns, [])
  return (
    <Card>
      <CardHeader
        title="Your signed-in browsers"
        description="They are yours, in every workspace. A session ends by itself after 12 hours."
        actions={rows.length > 1 ? <SignOutElsewhere /> : undefined}
      />
      <StaleNotice query={sessions} className="mx-5 mb-4" />
      {sessions.isError && !sessions.data ? (
        <ProblemState error={sessions.error} onRetry={() => sessions.refetch()} className="mx-5 mb-5" />
      ) : (
        <DataTable
          caption="Your signed-in browsers"
          columns={columns}
          rows={rows}
          rowId={(session) => session.id}
          isLoading={sessions.isPending}
          skeletonRows={2}
          empty={<EmptyState icon={Laptop} title="No signed-in browser" />}
        />
      )}
    </Card>
  )
}

function makeColumns(): ColumnDef<SessionView>[] {
  return [
    {
      id: 'browser',
      header: 'Browser',
      cell: ({ row: { original } }) => <BrowserCell session={original} />,
    },
    {
      id: 'seen',
      header: 'Last used',
      cell: ({ row }) => <RelativeTime at={row.original.lastSeenAt} className="text-ink-muted" />,
    },
    {
      id: 'since',
      header: 'Signed in',
      meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
      cell: ({ row }) => <RelativeTime at={row.original.createdAt} className="text-ink-muted" />,
    },
    {
      id: 'ends',
      header: 'Ends',
      meta: { isHiddenOnPhone: true } satisfies ColumnMeta,
      cell: ({ row }) => <RelativeTime at={row.original.expiresAt} className="text-ink-muted" />,
    },
    {
      id: 'acts',
      header: () => <span className="sr-only">End</span>,
      meta: { align: 'right' } satisfies ColumnMeta,
      cell: ({ row }) => (row.original.isCurrent ? null : <EndSession session={row.original} />),
    },
  ]
}

function BrowserCell({ session }: { session: SessionView }) {
  const { words, isPhone } = browserWords(session.userAgent)
  const Icon = isPhone ? Smartphone : Laptop
  return (
    <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
      <Icon aria-hidden className="size-4 text-ink-faint" />
      <span title={session.userAgent ?? undefined}>{words}</span>
      {session.isCurrent ? <Badge tone="positive">This browser</Badge> : null}
    </span>
  )
}

function useEnded() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  return {
    onError: (error: unknown) => {
      const problem = readProblem(error)
      toast.error(problem.title, { description: problem.detail })
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.auth.sessions.queryKey() }),
  }
}

function EndSession({ session }: { session: SessionView }) {
  const trpc = useTRPC()
  const ended = useEnded()
  const revoke = useMutation(
    trpc.auth.revokeSession.mutationOptions({
      ...ended,
      onSuccess: () => toast.success('Signed that browser out'),
    }),
  )
  return (
    <Button
      size="sm"
      pending={revoke.isPending && 'Signing out'}
      aria-label={`Sign out ${browserWords(session.userAgent).words}`}
      onClick={() => revoke.mutate({ sessionId: session.id })}
    >
      Sign out
    </Button>
  )
}

function SignOutElsewhere() {
  const trpc = useTRPC()
  const ended = useEnded()
  const revoke = useMutation(
    trpc.auth.revokeAllSessions.mutationOptions({
      ...ended,
      onSuccess: ({ revoked }) =>
        toast.success(revoked === 1 ? 'Signed 1 browser out' : `Signed ${revoked} browsers out`),
    }),
  )
  return (
    <Button pending={revoke.isPending && 'Signing out'} onClick={() => revoke.mutate({ keepsCurrent: true })}>
      Sign out everywhere else
    </Button>
  )
}
