/**
 * YANG data as the lines in which AI agents read and change it (`@vagus/southbound`). Without the models of the router it is
 * not known which nodes are lists: those whose keys somebody named are told by them, others that repeat by their first leaf
 * where that differs, or by their position.
 * @module
 */
import type { XmlElement } from '@vagus/netconf'
import { type Key, pathTextOf, type Step, valueText } from '@vagus/southbound'
import type { DataModel } from './data-model.ts'

/** Where lines are added. */
interface Place {
  /** Of the node that the lines are within, from the top. */
  readonly within: readonly Step[]
  /** Of these, how many are in contexts above the lines. */
  readonly above: number
  readonly indent: string
}

/** @param data an element whose children are the nodes at the top, such as `<data>` */
export function dataText(data: XmlElement, model: DataModel): string {
  const lines: string[] = []
  addChildren(data, { within: [], above: 0, indent: '' }, { model, lines })
  return lines.map((line) => `${line}\n`).join('')
}

interface Output {
  readonly model: DataModel
  readonly lines: string[]
}

function addChildren(
  parent: XmlElement,
  place: Place,
  output: Output,
  left: ReadonlySet<XmlElement> = new Set(),
): void {
  const groups = Map.groupBy(
    parent.children.filter((child) => !left.has(child)),
    ({ namespace, name }) => `${namespace} ${name}`,
  )
  for (const elements of groups.values()) addAlike(elements, place, output)
}

/** Nodes of one name side by side. */
function addAlike(elements: readonly XmlElement[], place: Place, output: Output): void {
  const [{ namespace, name }] = elements as [XmlElement]
  const step: Step = { module: output.model.moduleOf(namespace), name, keys: [] }
  const known = output.model.keysOf([...place.within, step])
  if (known === undefined && elements.length === 1) return addSingle(elements[0]!, step, place, output)
  const names = known ?? guessedKeys(elements)
  for (const [at, element] of elements.entries()) {
    const keys = names === undefined ? undefined : keysOf(element, names, output.model)
    addEntry(element, { ...step, keys: keys?.keys ?? [['', String(at + 1)]] }, place, output, keys?.elements)
  }
}

function addSingle(element: XmlElement, step: Step, place: Place, output: Output): void {
  const within = [...place.within, step]
  if (element.children.length > 0) return addChildren(element, { ...place, within }, output)
  output.lines.push(`${place.indent}${textOf(within, place.above)} =${valued(element, output.model)}`)
}

function addEntry(
  element: XmlElement,
  step: Step,
  { within: outer, above, indent }: Place,
  output: Output,
  keys: ReadonlySet<XmlElement> = new Set(),
): void {
  const within = [...outer, step]
  const isUntold = element.children.length === 0 && step.keys[0]![0] === ''
  const value = isUntold ? ` =${valued(element, output.model)}` : ''
  output.lines.push(`${indent}${textOf(within, above)}${value}`)
  addChildren(element, { within, above: within.length, indent: `${indent} ` }, output, keys)
}

/** Relative to the contexts above. */
const textOf = (steps: readonly Step[], above: number): string =>
  pathTextOf(steps.slice(above), above === 0 ? undefined : steps[above - 1]!.module)

const valued = (element: XmlElement, model: DataModel): string => {
  const text = valueText(valueOf(element, model))
  return text === '' ? '' : ` ${text}`
}

/** The keys of an entry, and their elements; undefined where it has not got them all. */
function keysOf(
  element: XmlElement,
  names: readonly string[],
  model: DataModel,
): { readonly keys: readonly Key[]; readonly elements: ReadonlySet<XmlElement> } | undefined {
  if (names[0] === '.') return { keys: [['.', valueOf(element, model)]], elements: new Set() }
  // A module that augments the list may have a leaf of that name, too.
  const isKey = (child: XmlElement, name: string): boolean =>
    child.name === name && child.namespace === element.namespace
  const elements = names.flatMap((name) => element.children.find((child) => isKey(child, name)) ?? [])
  if (elements.length < names.length) return undefined
  return { keys: elements.map((one) => [one.name, valueOf(one, model)]), elements: new Set(elements) }
}

/** Keys come first (RFC 7950 §7.8.5): the first leaf, where all have it and it differs. */
function guessedKeys(elements: readonly XmlElement[]): readonly string[] | undefined {
  const firsts = elements.map(({ children: [first] }) => first)
  const isLeaf = firsts.every((first) => first?.name === firsts[0]?.name && first?.children.length === 0)
  if (!isLeaf || new Set(firsts.map((first) => first!.text)).size < firsts.length) return undefined
  return [firsts[0]!.name]
}

const identity = /^([A-Za-z_][\w.-]*):([A-Za-z_][\w.-]*)$/

/** Names of modules in place of the prefixes of XML, as RFC 7951 §6.8 and §6.11 have identities and instances. */
function valueOf({ text, prefixes }: XmlElement, model: DataModel): string {
  const named = (prefix: string): string | undefined => {
    const namespace = prefixes?.get(prefix)
    if (namespace === undefined) return undefined
    const module = model.moduleOf(namespace)
    return module.startsWith('{') ? undefined : module
  }
  const [, prefix, name] = identity.exec(text) ?? []
  if (prefix !== undefined) return `${named(prefix) ?? prefix}:${name}`
  if (!text.startsWith('/')) return text
  return text.replaceAll(/(?<=[/[])([A-Za-z_][\w.-]*):/g, (_, one: string) => `${named(one) ?? one}:`)
}
