import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { readCaller, readMe } from '@/app/server-caller'
import { slugSchema } from '@/domain/workspace'

/** The workspace of the address and who looks at it. Not signed in: the start page. Not a member: the same 404 as for none. */
export const readWorkspace = cache(async (slug: string) => {
  const me = await readMe()
  if (!me) redirect('/')
  if (!slugSchema.safeParse(slug).success || !me.workspaces.some((own) => own.slug === slug)) notFound()
  const workspace = await (await readCaller()).workspaces.bySlug({ slug })
  return { me, workspace }
})
