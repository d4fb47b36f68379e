/**
 * Paths to nodes of YANG data as text, such as `/ietf-interfaces:interfaces/interface[name='eth1']/description`: instance
 * identifiers as RFC 7951 §6.11 writes them. A name has its module in front where that is another than its parent's.
 * @module
 */

/** A predicate: the name of the key, `.` for the value of a leaf-list entry, '' for a position where keys are unknown. */
export type Key = readonly [name: string, value: string]

export interface Step {
  /** `{NAMESPACE}` where the router names no module for it. */
  readonly module: string
  readonly name: string
  readonly keys: readonly Key[]
}

/** Characters of a line that are left, or what is wrong with it. */
export type PathRead =
  | { readonly type: 'path'; readonly steps: readonly Step[]; readonly rest: string }
  | { readonly type: 'problem'; readonly problem: string }

const nodeName = /(?:([A-Za-z_][\w.-]*|\{[^{}\s]*\}):)?([A-Za-z_][\w.-]*)/y
const keyOrPosition = /\[(?:([A-Za-z_][\w.-]*|\.)=(?:'([^']*)'|("(?:[^"\\]|\\.)*")|([^\]'"]*))|(\d+))\]/y

const example = 'right is such as "/ietf-interfaces:interfaces/interface[name=\'eth1\']/description"'
const wrong = (problem: string): PathRead => ({ type: 'problem', problem: `${problem}; ${example}` })

/**
 * The path at the beginning of `text`; total.
 * @param keys `bare`: values of keys may stand without quotes, as in patterns
 * @param within module of the node that it is relative to; undefined: it begins at the top
 */
export function readPath(text: string, keys: 'quoted' | 'bare' = 'quoted', within?: string): PathRead {
  const steps: Step[] = []
  let at = 0
  while (text[at] === '/') {
    nodeName.lastIndex = at + 1
    const found = nodeName.exec(text)
    if (found === null) return wrong(`after "${text.slice(0, at + 1)}" comes the name of a node`)
    const module = found[1] ?? steps.at(-1)?.module ?? within
    if (module === undefined) return wrong(`"${found[0]}" needs the name of its YANG module in front, and a colon`)
    const its = readKeys(text, nodeName.lastIndex, keys)
    if (its === undefined) return wrong(`after "${text.slice(0, nodeName.lastIndex)}" comes [KEY='VALUE']`)
    steps.push({ module, name: found[2]!, keys: its.keys })
    at = its.end
  }
  if (steps.length === 0) return wrong(`"${text.slice(0, 40)}" is no path of YANG data`)
  return { type: 'path', steps, rest: text.slice(at) }
}

/** Undefined where a bracket opens that is no predicate. */
function readKeys(
  text: string,
  from: number,
  form: 'quoted' | 'bare',
): { readonly keys: readonly Key[]; readonly end: number } | undefined {
  const keys: Key[] = []
  let end = from
  while (text[end] === '[') {
    keyOrPosition.lastIndex = end
    const [whole, name = '', single, json, bare, position] = keyOrPosition.exec(text) ?? []
    const value = single ?? (json === undefined ? (position ?? (form === 'bare' ? bare : undefined)) : decodedOf(json))
    if (whole === undefined || value === undefined) return undefined
    keys.push([name, value])
    end += whole.length
  }
  return { keys, end }
}

/**
 * @param within module of the node that it is relative to; undefined: the path begins at the top
 */
export function pathTextOf(steps: readonly Step[], within?: string): string {
  let parent = within
  const texts = steps.map(({ module, name, keys }) => {
    const own = module === parent ? name : `${module}:${name}`
    parent = module
    return `${own}${keys.map(keyText).join('')}`
  })
  return `${within === undefined ? '/' : ''}${texts.join('/')}`
}

function keyText([name, value]: Key): string {
  if (name === '') return `[${value}]`
  const text = valueText(value)
  if (text.startsWith('"')) return `[${name}=${text}]`
  return `[${name}=${value.includes("'") ? JSON.stringify(value) : `'${value}'`}]`
}

/** What a line keeps as it is: printable ASCII with one blank between words. */
const plain = /^(?!["<])[\x21-\x7e]+(?: [\x21-\x7e]+)*$/

/** A value as it stands in a line: as it is, or as a text of JSON where the line would not keep it. */
export const valueText = (value: string): string =>
  value === '' || plain.test(value)
    ? value
    : JSON.stringify(value)
        .replaceAll(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .replaceAll(/ (?= )/g, '\\u0020')

/** Undefined where it begins with a quote and is no text of JSON. */
export const valueOf = (text: string): string | undefined => (text.startsWith('"') ? decodedOf(text) : text)

function decodedOf(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
