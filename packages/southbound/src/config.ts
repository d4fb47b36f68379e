/**
 * A configuration as the set of its lines, each with the contexts that it stands in: `router bgp 64512 / neighbor
 * 192.0.2.1 remote-as 64513`. Contexts are read from the indentation with which FRR prints them. BIRD's file of ours has
 * none.
 * @module
 */
import type { Path } from './path.ts'
import { placeOf } from './places.ts'
import { pathWithoutSecret } from './secrets.ts'
import { wordsOf } from './words.ts'
import { dataText, isData } from './yang/data-line.ts'

/** By key, in the order of the text. */
export type Config = ReadonlyMap<string, Path>

/**
 * The same for lines that say the same: of a context only its place counts, because the lines of a route-map entry stay when
 * the entry denies instead of permits.
 */
export const keyOf = (path: Path): string => [...path.slice(0, -1).map(placeOf), path.at(-1)].join('\n')

/** For people, and the form in which patterns are written. */
export const pathText = (path: Path): string => (isData(path) ? dataText(path) : path.join(' / '))

/** What is said before or after the configuration, or about it, and changes without it. */
const silent = /^(?:!.*|#.*|end|exit(?:-[\w-]*)?|Building configuration\.\.\.|Current configuration:)$/

/** Total: any text is a configuration. A line that stands twice in a context counts once. */
export function configOf(text: string): Config {
  const config = new Map<string, Path>()
  const stack: { readonly indent: number; readonly line: string }[] = []
  for (const raw of text.split(/\r?\n/)) {
    const line = wordsOf(raw).join(' ')
    if (line === '' || silent.test(line)) continue
    const indent = raw.length - raw.trimStart().length
    while (stack.length > 0 && stack.at(-1)!.indent >= indent) stack.pop()
    stack.push({ indent, line })
    const path = stack.map((one) => one.line)
    config.set(keyOf(path), path)
  }
  return config
}

/**
 * What the revision of a configuration is a hash of: the same for texts that differ in comments, blanks and passwords, so
 * that it tells nothing of these.
 */
export const revised = (text: string): string =>
  [...configOf(text).values()]
    .map((path) => `${' '.repeat(path.length - 1)}${pathWithoutSecret(path).at(-1)}\n`)
    .join('')
