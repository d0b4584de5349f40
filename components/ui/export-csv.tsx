import { Download } from 'lucide-react'
import { Button } from './button'

/** The list as a file, narrowed as it is on the page. */
export function ExportCsv({ href }: { href: string }) {
  return (
    <Button asChild size="sm">
      <a href={href} download>
        <Download aria-hidden />
        Export CSV
      </a>
    </Button>
  )
}
