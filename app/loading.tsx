import { Spinner } from '@/components/ui/spinner'

export default function Loading() {
  return (
    <main className="flex min-h-[60dvh] items-center justify-center">
      <Spinner>Opening</Spinner>
    </main>
  )
}
