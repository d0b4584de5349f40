// OnchainKit's stylesheet, without what would reach beyond its own parts: six imports of fonts from another host, which the
// Content-Security-Policy forbids and which break Tailwind's build, and a second reset of every element of the page.
import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const source = path.join(root, 'node_modules/@coinbase/onchainkit/dist/assets/style.css')
const target = path.join(root, 'components/wallet/generated/onchainkit.css')

/**
 * The text without remote imports and without its `@layer base`. Throws when a remote address is left.
 * @param {string} css
 */
export function stripOnchainKitCss(css) {
  const withoutImports = css.replace(/@import\s*(?:url\()?(["'])https?:.*?\1\)?;/g, '')
  const start = withoutImports.indexOf('@layer base{')
  const stripped =
    start === -1
      ? withoutImports
      : withoutImports.slice(0, start) + withoutImports.slice(endOfBlock(withoutImports, start))
  if (/@import|url\(\s*["']?https?:/.test(stripped)) {
    throw new Error(
      'the stylesheet of @coinbase/onchainkit names another host in a way this script does not know',
    )
  }
  return stripped
}

/**
 * @param {string} css
 * @param {number} start
 */
function endOfBlock(css, start) {
  let depth = 0
  for (let index = css.indexOf('{', start); index < css.length; index += 1) {
    if (css[index] === '{') depth += 1
    else if (css[index] === '}') depth -= 1
    if (depth === 0) return index + 1
  }
  throw new Error('a block of the stylesheet does not end')
}

/** Writes the stripped copy if it is missing or old. */
export function writeOnchainKitCss() {
  const css = stripOnchainKitCss(fs.readFileSync(source, 'utf8'))
  if (fs.existsSync(target) && fs.readFileSync(target, 'utf8') === css) return
  fs.mkdirSync(path.dirname(target), { recursive: true })
  fs.writeFileSync(target, css)
}
