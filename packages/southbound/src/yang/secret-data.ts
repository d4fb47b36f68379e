/** Credentials in YANG data: known by the names of nodes, because no model says which leaf is one. @module */
import { dataPlaceOf } from './data-line.ts'
import { pathTextOf, readPath } from './data-path.ts'

export const hidden = '<hidden>'

/** Names of nodes whose value, or key, opens something. */
export const isSecretName = (name: string): boolean =>
  /(?:^|[-_.])(?:password|passwd|passphrase|secret|psk|community|key|key-string|md5|sha\d*|hash|credentials?|token|cookie)$/i.test(
    name,
  )

/** Of a line of YANG data, or a command with one; undefined: it is none. */
export function dataWithoutSecret(line: string): string | undefined {
  const [start, text] = /^(\s*(?:no )?)(.*)$/s.exec(line)!.slice(1) as [string, string]
  const isWhole = text.startsWith('/')
  if (!isWhole && dataPlaceOf(text) === undefined) return undefined
  const read = readPath(isWhole ? text : `/${text}`, 'quoted', isWhole ? undefined : parent)
  if (read.type === 'problem') return isWhole ? undefined : line
  const { steps, rest } = read
  const isOpen = steps.every(({ name, keys }) => !isSecretName(name) && keys.every(([key]) => !isSecretName(key)))
  if (isOpen) return line
  const shown = steps.map((step) => ({
    ...step,
    keys: step.keys.map(
      ([key, value]) => [key, isSecretName(step.name) || isSecretName(key) ? hidden : value] as const,
    ),
  }))
  const isHidden = rest.startsWith(' = ') && isSecretName(steps.at(-1)!.name)
  return `${start}${pathTextOf(shown, isWhole ? undefined : parent)}${isHidden ? ` = ${hidden}` : rest}`
}

/** Stands for the module of a context that is not known here. */
const parent = '?'
