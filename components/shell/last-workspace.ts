export const LAST_WORKSPACE_COOKIE = 'bursar_last_workspace'

/** Where the start page leads: the remembered workspace if it is still one's own, else the first. Null without any. */
export function lastWorkspace<Item extends { slug: string }>(
  workspaces: readonly Item[],
  remembered: string | undefined,
): Item | null {
  return workspaces.find(({ slug }) => slug === remembered) ?? workspaces[0] ?? null
}
