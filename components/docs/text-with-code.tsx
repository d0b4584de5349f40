/** A sentence in which `words between backticks` stand in the mono face. */
export function TextWithCode({ children }: { children: string }) {
  const parts = children.split('`')
  return parts.map((part, index) =>
    index % 2 === 1 ? (
      // The parts of a constant text never change places.
      // biome-ignore lint/suspicious/noArrayIndexKey: the position is the identity
      <code key={index} className="rounded-sm bg-sunken px-1 text-[0.8125rem]">
        {part}
      </code>
    ) : (
      part
    ),
  )
}
