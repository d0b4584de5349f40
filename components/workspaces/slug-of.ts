const MAX_LENGTH = 40

/** A slug made from a name: "Ácme & Söhne" becomes "acme-sohne". Empty when nothing of it can be kept. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LENGTH)
    .replace(/^-+|-+$/g, '')
}
