const BROWSERS: [RegExp, string][] = [
  [/Edg(?:A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\/|Chromium\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]

// Phones first: Android names Linux as well, and iPhones name Mac OS X.
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

/** A user agent in words a person recognises: "Chrome on macOS". The whole of it is shown on hover. */
export function browserWords(userAgent: string | null): { words: string; isPhone: boolean } {
  const text = userAgent ?? ''
  const browser = BROWSERS.find(([pattern]) => pattern.test(text))?.[1]
  const system = SYSTEMS.find(([pattern]) => pattern.test(text))?.[1]
  const isPhone = /Android|iPhone|iPad|Mobile/.test(text)
  if (!browser && !system) return { words: text ? text.slice(0, 40) : 'Unknown browser', isPhone }
  return { words: [browser ?? 'A browser', system].filter(Boolean).join(' on '), isPhone }
}
