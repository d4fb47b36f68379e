/** What two documents must have in common to mean the same, prefixes of values included. */
import type { XmlElement } from '../src/index.ts'

/** Names with their namespaces, attributes, values; and for each prefix that a value may name, what it stands for. */
export function meaningOf(element: XmlElement): unknown {
  const { name, namespace, attributes, children, text, prefixes } = element
  const named = [...`${text} ${[...(attributes?.entries() ?? [])].flat().join(' ')}`.matchAll(/([^\s:/['"=]+):/g)]
  // Without a prefix a value is in the default namespace; ours is there where the element is, so only another one counts.
  const byDefault = text === '' ? '' : (prefixes?.get('') ?? '')
  return [
    `{${namespace}}${name}`,
    byDefault === '' || byDefault === namespace ? '' : byDefault,
    [...(attributes ?? [])],
    text,
    named.map(([, prefix]) => [prefix, prefixes?.get(prefix!)]),
    children.map(meaningOf),
  ]
}
