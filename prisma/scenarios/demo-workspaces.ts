import pg from 'pg'
import { localDemoAccounts } from '../../domain/local-accounts'

const [owner, approver, operator] = localDemoAccounts

type DemoWorkspace = {
  slug: string
  name: string
  wallet: string
  kind: string
  members: { address: string; role: string }[]
}

const WORKSPACES: DemoWorkspace[] = [
  {
    slug: 'demo',
    name: 'Demo treasury',
    wallet: owner.address,
    kind: 'CONSUMER',
    members: [
      { address: owner.address, role: 'OWNER' },
      { address: approver.address, role: 'APPROVER' },
    ],
  },
  {
    slug: 'demo-operator',
    name: 'Demo operator',
    wallet: operator.address,
    kind: 'SUPPLIER',
    members: [{ address: operator.address, role: 'OWNER' }],
  },
]

/** Returns whether anything was made. A wallet that has a workspace already, whatever its name, is left alone. */
export async function seedDemoWorkspaces(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    let made = false
    for (const workspace of WORKSPACES) made = (await insertWorkspace(client, workspace)) || made
    return made
  } finally {
    await client.end()
  }
}

async function insertWorkspace(
  client: pg.Client,
  { slug, name, wallet, kind, members }: DemoWorkspace,
): Promise<boolean> {
  const stored = wallet.toLowerCase()
  const { rowCount } = await client.query(
    `with made as (
       insert into workspaces (slug, name, wallet_address, roles, created_by)
       values ($1, $2, $3, array[$4], $3) on conflict do nothing returning id)
     insert into workspace_members (workspace_id, address, role, added_by)
     select made.id, member.address, member.role::member_role, $3
     from made, jsonb_to_recordset($5) as member(address text, role text)`,
    [
      slug,
      name,
      stored,
      kind,
      JSON.stringify(members.map((member) => ({ ...member, address: member.address.toLowerCase() }))),
    ],
  )
  return (rowCount ?? 0) > 0
}
