/** An element of XML as YANG uses it: elements or text inside, never both (RFC 7950 §7). @module */

export interface XmlElement {
  /** The local name. */
  readonly name: string
  /** Empty for none. */
  readonly namespace: string
  /** By qualified name as written; without those that declare namespaces. Absent where there are none. */
  readonly attributes?: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Empty where there are children. */
  readonly text: string
  /**
   * Which prefix stands for which namespace here, for values that are qualified names; the empty one is the default
   * namespace. Elements share the map.
   */
  readonly prefixes?: ReadonlyMap<string, string>
}

/** How far a document may go. Behind a limit it is refused, not cut. */
export const xmlLimits = {
  /** Elements within each other. YANG modules that are in use stay below 30. */
  depth: 128,
  /** Elements of a document: about 160 octets of memory each, so that all are 320 MiB. */
  elements: 2 * 1024 * 1024,
  /** Attributes of an element, with those that declare namespaces. */
  attributes: 256,
  /** Entries of all maps of prefixes together: who declares others on each element would have each of them copied. */
  prefixes: 1024 * 1024,
} as const
