/** Credentials in YANG data: known by the names of nodes, because no model says which leaf is one. @module */
import type { Path } from '../path.ts'
import { dataPlaceOf } from './data-line.ts'
import { pathTextOf, readPath } from './data-path.ts'

export const hidden = '<hidden>'

/** Words at the end of a name, and what may follow them: IETF, OpenConfig, Junos, IOS XE, IOS XR and SR OS have them so. */
const secretNames = [
  '(?:passwords?|passwd|passphrase|secrets?|psk|md5|sha\\d*|hash|credentials?|token|cookie)(?:-(?:hashed|value|text))?',
  'key(?:-(?:string|value|data|hashed|clear-text))?',
  'community(?:-(?:string|name|config|or-user))?',
]
const secretName = new RegExp(`(?:^|[-_.])(?:${secretNames.join('|')})$`, 'i')

/** Names of nodes whose value, or key, opens something. */
export const isSecretName = (name: string): boolean => secretName.test(name)

/** What is known of the contexts that a line stands in. */
interface Around {
  /** All in them is hidden. */
  readonly isHidden: boolean
  readonly isSnmp: boolean
}
const atTop: Around = { isHidden: false, isSnmp: false }

/** Of a line of YANG data, or a command with one; undefined: it is none. */
export function dataWithoutSecret(line: string): string | undefined {
  const text = line.replace(/^\s*(?:no )?/, '')
  if (!text.startsWith('/') && dataPlaceOf(text) === undefined) return undefined
  return shownIn(line, atTop)?.line
}

/** Contexts and line of YANG data: what is in a credential is one, too. */
export function dataPathWithoutSecret(path: Path): Path {
  let around = atTop
  return path.map((line) => {
    const shown = shownIn(line, around) ?? { line, inside: around }
    around = shown.inside
    return shown.line
  })
}

/** Lines of a configuration, in their order; each gets its text with those of YANG data as they may be shown. */
export function dataTextWithoutSecrets(lines: readonly string[], other: (line: string) => string): readonly string[] {
  const contexts: { readonly indent: number; readonly inside: Around }[] = []
  return lines.map((line) => {
    const text = line.trimStart()
    const indent = line.length - text.length
    while (contexts.length > 0 && contexts.at(-1)!.indent >= indent) contexts.pop()
    if (contexts.length === 0 && !text.startsWith('/')) return other(line)
    const shown = shownIn(line, contexts.at(-1)?.inside ?? atTop)
    if (shown === undefined) return other(line)
    contexts.push({ indent, inside: shown.inside })
    return shown.line
  })
}

function shownIn(line: string, around: Around): { readonly line: string; readonly inside: Around } | undefined {
  const [start, text] = /^(\s*(?:no )?)(.*)$/s.exec(line)!.slice(1) as [string, string]
  const isWhole = text.startsWith('/')
  const read = readPath(isWhole ? text : `/${text}`, 'quoted', isWhole ? undefined : parent)
  if (read.type === 'problem') {
    if (isWhole) return undefined
    return { line: around.isHidden ? `${start}${hidden}` : line, inside: around }
  }
  let { isHidden, isSnmp } = around
  let isValueHidden = isHidden
  let isOpen = true
  const shown = read.steps.map((step) => {
    isSnmp ||= /snmp/i.test(`${step.module} ${step.name}`)
    const isSecret = isSecretName(step.name)
    const keys = step.keys.map(([key, value]) => {
      if (key === '' || !(isHidden || isSecret || isSecretName(key))) return [key, value] as const
      isOpen = false
      return [key, hidden] as const
    })
    isValueHidden = isHidden || isSecret
    // A community of BGP is no credential, and has members to look at.
    isHidden ||= isSecret && (isSnmp || !/community$/i.test(step.name))
    return { ...step, keys }
  })
  const inside = { isHidden, isSnmp }
  isValueHidden &&= read.rest.startsWith(' = ')
  if (isOpen && !isValueHidden) return { line, inside }
  const rest = isValueHidden ? ` = ${hidden}` : read.rest
  return { line: `${start}${pathTextOf(shown, isWhole ? undefined : parent)}${rest}`, inside }
}

/** Stands for the module of a context that is not known here. */
const parent = '?'
