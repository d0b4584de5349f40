/** A long text in full, broken where it must be; one tap selects all of it. */
export function Secret({ value, label }: { value: string; label: string }) {
  return (
    <section
      aria-label={label}
      className="rounded-md border bg-sunken px-3 py-2.5 font-mono text-[0.8125rem] break-all select-all"
    >
      {value}
    </section>
  )
}
