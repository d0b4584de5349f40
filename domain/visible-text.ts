// Control characters, half characters (which jsonb refuses), marks that reverse or break lines, and what takes no room: a text must not
// look like another, nor say to a machine what a person does not see. Joiners stay (U+200C, U+200D): writing and emoji need them.
const HIDDEN = String.raw`\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}`

/** Of every such field, for who calls the API. */
export const HIDDEN_DESCRIPTION =
  'Control and invisible characters are refused, direction marks (U+200E, U+200F) and emoji tags (U+E0000 to U+E007F) among them.'

export const HIDDEN_MESSAGE = 'Must not contain control or invisible characters.'

/** One line of text that a person sees whole. */
export const VISIBLE_LINE = new RegExp(`^[^${HIDDEN}]*$`, 'u')

/** Text of several lines that a person sees whole. */
export const VISIBLE_LINES = new RegExp(String.raw`^(?:[^${HIDDEN}]|[\t\r\n])*$`, 'u')

const UNSEEN = new RegExp(String.raw`(?!\n)[${HIDDEN}\p{Cf}]`, 'gu')

/** The text of a stranger's JSON for people: what cannot be seen is written as `\uXXXX`. It reads as the same JSON. */
export function showJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? ''
  return text.replace(UNSEEN, (unseen) => unseen.split('').map(toEscape).join(''))
}

function toEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
