'use client'

import { createContext, type ReactNode, useContext } from 'react'
import { hasPermission, type MemberRole, type Permission } from '@/domain/roles'

export type CurrentWorkspace = {
  id: string
  slug: string
  name: string
  walletAddress: `0x${string}`
  /** What the signed-in person may do now. */
  role: MemberRole
}

export type CurrentPerson = { address: `0x${string}`; isInstanceAdmin: boolean }

type Value = { workspace: CurrentWorkspace; person: CurrentPerson }

const WorkspaceContext = createContext<Value | null>(null)

/** The workspace of the page and who looks at it, as the server read them for this navigation. */
export function WorkspaceProvider({ value, children }: { value: Value; children: ReactNode }) {
  return <WorkspaceContext value={value}>{children}</WorkspaceContext>
}

function useValue(): Value {
  const value = useContext(WorkspaceContext)
  if (!value) throw new Error('This part belongs inside a workspace: wrap it in WorkspaceProvider')
  return value
}

/** The workspace of this page. Throws outside of `WorkspaceProvider`. */
export function useWorkspace(): CurrentWorkspace {
  return useValue().workspace
}

/** Who is signed in. Throws outside of `WorkspaceProvider`. */
export function usePerson(): CurrentPerson {
  return useValue().person
}

/** Whether the signed-in person's role allows something here; the server asks again. */
export function useMay(permission: Permission): boolean {
  return hasPermission(useValue().workspace.role, permission)
}
