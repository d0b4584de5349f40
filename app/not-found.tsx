import { Compass } from 'lucide-react'
import Link from 'next/link'
import { Brand } from '@/components/shell/brand'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

export const metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <main className="mx-auto grid max-w-lg gap-16 px-4 py-10">
      <Link href="/" className="w-fit justify-self-center rounded-sm">
        <Brand />
      </Link>
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={Compass}
        title="There is nothing here"
        action={
          <Button asChild variant="primary">
            <Link href="/">Go to the start</Link>
          </Button>
        }
      >
        The address is wrong, or it belongs to a workspace that the signed-in wallet is not a member of.
      </EmptyState>
    </main>
  )
}
