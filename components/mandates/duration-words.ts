const UNITS = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3_600 },
  { name: 'minute', seconds: 60 },
  { name: 'second', seconds: 1 },
] as const

/** "8 hours", "1 day", "1 day 3 hours": two units at most, the rest is cut. */
export function durationWords(seconds: number): string {
  const index = UNITS.findIndex((unit) => seconds >= unit.seconds)
  const [unit, next] = [UNITS[index], UNITS[index + 1]]
  if (!unit) return counted(0, 'second')
  const whole = counted(Math.floor(seconds / unit.seconds), unit.name)
  const left = next ? Math.floor((seconds % unit.seconds) / next.seconds) : 0
  return next && left > 0 ? `${whole} ${counted(left, next.name)}` : whole
}

function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
