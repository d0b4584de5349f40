import { workspaceHref } from '../shell/nav-items'

/** Where a delivery opens beside the list: its body, every try and its answer. */
export function deliveryHref(slug: string, deliveryId: string): string {
  return workspaceHref(slug, `/webhooks?delivery=${deliveryId}`)
}
