'use client'

import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import {
  BookOpen,
  Building2,
  Copy,
  LogOut,
  type LucideIcon,
  Moon,
  Search,
  ServerCog,
  Sun,
} from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTheme } from 'next-themes'
import { Dialog as DialogPrimitive } from 'radix-ui'
import { useSignOut } from '../auth/use-sign-out'
import { useTRPC } from '../trpc/trpc'
import { toast } from '../ui/toast'
import { NAV_ITEMS, workspaceHref } from './nav-items'
import { usePerson, useWorkspace } from './workspace-context'

type CommandPaletteProps = { open: boolean; onOpenChange: (open: boolean) => void }
type Entry = { id: string; label: string; icon: LucideIcon; keywords?: string[]; run: () => void }

/** Everything of the console by name. Loaded when it is first opened. */
export default function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  const groups = useEntries()
  const run = (entry: Entry) => {
    onOpenChange(false)
    entry.run()
  }
  return (
    <DialogPrimitive.Root open={open} onOpenChange={onOpenChange}>
      <DialogPrimitive.Portal>
        <DialogPrimitive.Overlay className="fixed inset-0 z-50 animate-fade bg-overlay" />
        <DialogPrimitive.Content
          aria-describedby={undefined}
          className="fixed top-[12dvh] left-1/2 z-50 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 animate-fade overflow-hidden rounded-xl border bg-raised shadow-high"
        >
          <DialogPrimitive.Title className="sr-only">Go to or do</DialogPrimitive.Title>
          <Command loop label="Go to or do">
            <div className="flex items-center gap-3 border-b px-4">
              <Search aria-hidden className="size-4 text-ink-faint" />
              <Command.Input
                placeholder="Go to a page, a workspace, or do something"
                className="h-12 w-full bg-transparent text-base outline-none placeholder:text-ink-faint sm:text-sm"
              />
            </div>
            <Command.List className="max-h-80 overflow-y-auto p-2">
              <Command.Empty className="px-3 py-8 text-center text-ink-muted">
                Nothing of that name. Try “activity”, “theme” or a workspace.
              </Command.Empty>
              {groups.map(({ heading, entries }) => (
                <Command.Group
                  key={heading}
                  heading={heading}
                  className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-faint"
                >
                  {entries.map((entry) => (
                    <Command.Item
                      key={entry.id}
                      value={`${entry.label} ${entry.id}`}
                      keywords={entry.keywords}
                      onSelect={() => run(entry)}
                      className="flex h-10 cursor-default items-center gap-3 rounded-md px-3 data-[selected=true]:bg-sunken"
                    >
                      <entry.icon aria-hidden className="size-4 text-ink-faint" />
                      {entry.label}
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </DialogPrimitive.Content>
      </DialogPrimitive.Portal>
    </DialogPrimitive.Root>
  )
}

function useEntries(): { heading: string; entries: Entry[] }[] {
  const trpc = useTRPC()
  const router = useRouter()
  const workspace = useWorkspace()
  const person = usePerson()
  const { setTheme, resolvedTheme } = useTheme()
  const { signOut } = useSignOut()
  const { data: workspaces = [] } = useQuery(trpc.workspaces.list.queryOptions())
  const go = (href: string) => () => router.push(href)
  const pages: Entry[] = [
    ...NAV_ITEMS.map(({ label, path, icon }) => ({
      id: path || 'overview',
      label,
      icon,
      run: go(workspaceHref(workspace.slug, path)),
    })),
    { id: 'docs', label: 'API reference', icon: BookOpen, keywords: ['docs', 'openapi'], run: go('/docs') },
    ...(person.isInstanceAdmin
      ? [
          {
            id: 'instance',
            label: 'Instance',
            icon: ServerCog,
            keywords: ['admin', 'watcher'],
            run: go('/instance'),
          },
        ]
      : []),
  ]
  const others: Entry[] = workspaces
    .filter(({ slug }) => slug !== workspace.slug)
    .map(({ slug, name }) => ({ id: slug, label: name, icon: Building2, run: go(workspaceHref(slug, '')) }))
  const isDark = resolvedTheme === 'dark'
  const acts: Entry[] = [
    {
      id: 'copy-address',
      label: 'Copy the wallet address of this workspace',
      icon: Copy,
      keywords: ['receive'],
      run: () => {
        navigator.clipboard.writeText(workspace.walletAddress).then(
          () => toast.success('Copied the wallet address', { description: workspace.walletAddress }),
          () => toast.error('The browser did not allow copying', { description: workspace.walletAddress }),
        )
      },
    },
    {
      id: 'theme',
      label: isDark ? 'Use the light theme' : 'Use the dark theme',
      icon: isDark ? Sun : Moon,
      run: () => setTheme(isDark ? 'light' : 'dark'),
    },
    { id: 'sign-out', label: 'Sign out', icon: LogOut, keywords: ['logout'], run: () => void signOut() },
  ]
  return [
    { heading: 'Pages', entries: pages },
    ...(others.length > 0 ? [{ heading: 'Workspaces', entries: others }] : []),
    { heading: 'Do', entries: acts },
  ]
}
