'use client'

import dynamic from 'next/dynamic'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { Tabs, TabsContent, TabsList, TabsTrigger } from '../ui/tabs'

// Each tab is a chunk of its own: most visits open one.
const GeneralTab = dynamic(() => import('./general-tab').then((module) => module.GeneralTab))
const MembersTab = dynamic(() => import('./members-tab').then((module) => module.MembersTab))
const PoliciesTab = dynamic(() => import('../policies/policies-tab').then((module) => module.PoliciesTab))
const AddressBookTab = dynamic(() =>
  import('../address-book/address-book-tab').then((module) => module.AddressBookTab),
)
const SessionsTab = dynamic(() => import('./sessions-tab').then((module) => module.SessionsTab))
const AuditTab = dynamic(() => import('./audit-tab').then((module) => module.AuditTab))
const DangerZone = dynamic(() => import('./danger-zone').then((module) => module.DangerZone))

const TABS = [
  { value: 'general', label: 'General', Content: GeneralTab },
  { value: 'members', label: 'Members', Content: MembersTab },
  { value: 'policies', label: 'Policies', Content: PoliciesTab },
  { value: 'address-book', label: 'Address book', Content: AddressBookTab },
  { value: 'sessions', label: 'Signed-in browsers', Content: SessionsTab },
  { value: 'audit', label: 'Audit log', Content: AuditTab },
  { value: 'danger', label: 'Danger zone', Content: DangerZone },
] as const

const parser = parseAsStringLiteral(TABS.map(({ value }) => value)).withDefault('general')

/** The settings of a workspace; the tab stands in the address, so that a link opens the right one. */
export function SettingsTabs() {
  const [tab, setTab] = useQueryState('tab', parser.withOptions({ history: 'push' }))
  return (
    <Tabs value={tab} onValueChange={(next) => setTab(parser.parse(next))}>
      <TabsList aria-label="Settings">
        {TABS.map(({ value, label }) => (
          <TabsTrigger key={value} value={value}>
            {label}
          </TabsTrigger>
        ))}
      </TabsList>
      {TABS.map(({ value, Content }) => (
        <TabsContent key={value} value={value}>
          <Content />
        </TabsContent>
      ))}
    </Tabs>
  )
}
