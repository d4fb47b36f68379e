/** Edits of YANG data as the configuration of an `<edit-config>` (RFC 6241 §7.2), and paths as subtree filters (§6). @module */
import type { XmlElement } from '@vagus/netconf'
import { dataOf, type Edit, type Key, pathTextOf, type Step } from '@vagus/southbound'
import { RouterError } from '../errors.ts'
import type { DataModel } from './data-model.ts'

/** How a node goes that need not be there: `delete` is an error then, `remove` is none. */
export type Removal = 'delete' | 'remove'

const base = 'urn:ietf:params:xml:ns:netconf:base:1.0'

interface Node {
  readonly step: Step
  /** By the step as text. */
  readonly children: Map<string, Node>
  operation?: Removal | 'replace'
  text?: string
}

/**
 * One tree for all edits; of two edits of a node the later counts.
 * @throws {RouterError} `refused`, of a path that the router cannot have
 */
export function editedData(edits: readonly Edit[], removal: Removal, model: DataModel): readonly XmlElement[] {
  const top = new Map<string, Node>()
  for (const { context, line } of edits) {
    const read = dataOf([...context, line])
    if (read.type === 'problem') throw new RouterError('refused', read.problem)
    const removes = line.startsWith('no ')
    const node = placed(top, read.steps)
    if (removes) {
      node.children.clear()
      delete node.text
      node.operation = removal
    } else {
      if (node.operation !== undefined) node.operation = 'replace'
      if (read.value !== undefined) node.text = read.value
    }
  }
  return [...top.values()].map((node) => elementOf(node, model))
}

/** The node for a path, made where it is new. What is within a node that an edit before removed takes its place. */
function placed(top: Map<string, Node>, steps: readonly Step[]): Node {
  let siblings = top
  let node: Node | undefined
  for (const [at, step] of steps.entries()) {
    const key = pathTextOf([step])
    const known = siblings.get(key)
    node = known ?? { step, children: new Map() }
    if (known === undefined) siblings.set(key, node)
    else if (at < steps.length - 1 && known.operation !== undefined) known.operation = 'replace'
    siblings = node.children
  }
  return node!
}

function elementOf({ step, children, operation, text }: Node, model: DataModel): XmlElement {
  const namespace = model.namespaceOf(step.module)
  const isValue = step.keys[0]?.[0] === '.'
  const keys = isValue ? [] : step.keys.map((key) => leafOf(key, namespace, model))
  const value = isValue ? step.keys[0]![1] : (text ?? '')
  const operations = new Map([['nc', base]])
  return {
    name: step.name,
    namespace,
    children: [...keys, ...[...children.values()].map((child) => elementOf(child, model))],
    ...withValue(value, model, operation === undefined ? new Map() : operations),
    ...(operation === undefined ? {} : { attributes: new Map([['nc:operation', operation]]) }),
  }
}

/** @throws {RouterError} of a position, which no edit can name */
function leafOf([name, value]: Key, namespace: string, model: DataModel): XmlElement {
  if (name === '') throw new RouterError('refused', `[${value}] is a position; an entry is told by its keys`)
  return { name, namespace, children: [], ...withValue(value, model, new Map()) }
}

/** The text, with a prefix for each module that is named in it. */
function withValue(
  text: string,
  model: DataModel,
  known: ReadonlyMap<string, string>,
): { readonly text: string; readonly prefixes?: ReadonlyMap<string, string> } {
  const prefixes = new Map(known)
  for (const [, module] of text.matchAll(/(?:^|[/[])([A-Za-z_][\w.-]*):(?=[A-Za-z_])/g)) {
    const namespace = model.knownNamespace(module!)
    if (namespace !== undefined) prefixes.set(module!, namespace)
  }
  return { text, ...(prefixes.size === 0 ? {} : { prefixes }) }
}

/** Selects the node at the path; a step without keys selects all entries of a list. Empty: everything. */
export function filterOf(steps: readonly Step[], model: DataModel): readonly XmlElement[] {
  const [step, ...rest] = steps
  if (step === undefined) return []
  const node = elementOf({ step, children: new Map() }, model)
  return [{ ...node, children: [...node.children, ...filterOf(rest, model)] }]
}
