/** Text to elements. Strict: no document type, and no entities but the five of XML and characters by number. @module */
import { type SaxesAttributeNS, SaxesParser } from 'saxes'
import { NetconfError } from '../error.ts'
import { type XmlElement, xmlLimits } from './element.ts'
import { noPrefixes, type Prefixes, PrefixScopes } from './prefixes.ts'

interface Open {
  readonly name: string
  readonly namespace: string
  readonly attributes: ReadonlyMap<string, string> | undefined
  readonly prefixes: Prefixes
  readonly children: XmlElement[]
  text: string
}

const notBlank = /[^ \t\r\n]/
/** Of an element without any: a server that indents ends an empty container so (netconfd). A leaf has blanks, or none. */
const layout = /^[ \t\r]*\n[ \t\r\n]*$/

/**
 * The one element of a document. Comments and processing instructions are left out, and blanks between elements; those of
 * a leaf stay, unless they are only the line that an empty element was ended on.
 * @throws {NetconfError} `malformed`: not well formed, a document type, or text beside elements, which no data of YANG
 * has; `too-large`: past `xmlLimits`
 */
export function parseXml(text: string): XmlElement {
  const building = new Building()
  const parser = new SaxesParser({ xmlns: true, defaultXMLVersion: '1.0', forceXMLVersion: true })
  parser.on('doctype', () => {
    throw new NetconfError('malformed', 'has a document type, which RFC 6241 §3 forbids')
  })
  parser.on('opentag', ({ local, uri, attributes }) => building.open(local, uri, Object.values(attributes)))
  parser.on('text', (part) => building.text(part))
  parser.on('cdata', (part) => building.text(part))
  parser.on('closetag', () => building.close())
  try {
    parser.write(text).close()
  } catch (cause) {
    if (cause instanceof NetconfError) throw cause
    throw new NetconfError('malformed', `is not XML: line ${(cause as Error).message}`, { cause })
  }
  return building.root
}

class Building {
  readonly #scopes = new PrefixScopes()
  readonly #open: Open[] = []
  #elements = 0
  #root: XmlElement | undefined

  get root(): XmlElement {
    if (this.#root === undefined) throw new NetconfError('malformed', 'has no element')
    return this.#root
  }

  open(name: string, namespace: string, written: readonly SaxesAttributeNS[]): void {
    if (++this.#elements > xmlLimits.elements)
      throw new NetconfError('too-large', `has more than ${xmlLimits.elements} elements`)
    if (this.#open.length === xmlLimits.depth)
      throw new NetconfError('too-large', `has more than ${xmlLimits.depth} elements within each other`)
    if (written.length > xmlLimits.attributes)
      throw new NetconfError('too-large', `<${name}> has more than ${xmlLimits.attributes} attributes`)
    const around = this.#open.at(-1)
    let prefixes = around?.prefixes ?? noPrefixes
    let attributes: ReadonlyMap<string, string> | undefined
    if (written.length > 0) {
      const declaring = (one: SaxesAttributeNS): boolean => one.name === 'xmlns' || one.prefix === 'xmlns'
      // saxes leaves blanks around a namespace away where it resolves names.
      const declared = written
        .filter(declaring)
        .map((one): readonly [string, string] => [one.prefix === '' ? '' : one.local, one.value.trim()])
      prefixes = this.#scopes.within(prefixes, declared)
      const others = written.filter((one) => !declaring(one))
      if (others.length > 0) attributes = new Map(others.map((one) => [one.name, one.value]))
    }
    this.#open.push({ name, namespace, attributes, prefixes, children: [], text: '' })
  }

  text(part: string): void {
    const open = this.#open.at(-1)
    if (open !== undefined) open.text += part
  }

  close(): void {
    const { name, namespace, attributes, prefixes, children, text } = this.#open.pop()!
    if (children.length > 0 && notBlank.test(text))
      throw new NetconfError(
        'malformed',
        `has text beside elements in <${name}>: ${JSON.stringify(text.trim().slice(0, 60))}`,
      )
    const element: XmlElement = {
      name,
      namespace,
      ...(attributes === undefined ? {} : { attributes }),
      children,
      text: children.length > 0 || layout.test(text) ? '' : text,
      ...(prefixes.size === 0 ? {} : { prefixes }),
    }
    const around = this.#open.at(-1)
    if (around === undefined) this.#root = element
    else around.children.push(element)
  }
}
