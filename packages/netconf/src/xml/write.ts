/** Elements to text: a namespace is declared where it changes, and a prefix where a name or value needs it. @module */
import { type XmlElement, xmlLimits } from './element.ts'
import { escapedText, ncNameOf, prefixForm } from './names.ts'
import { noPrefixes, type Prefixes } from './prefixes.ts'

/**
 * The text of an element, without an XML declaration. It never has `]]>`, hence no end of a message (RFC 6242 §4.3).
 * @param layout `indented`: by two blanks and a line for each element, for people; values stay as they are
 * @throws {RangeError} a name or character that XML does not have, a prefix without a namespace, text beside elements, more
 * elements within each other than `xmlLimits.depth`
 */
export function xmlText(element: XmlElement, layout: 'compact' | 'indented' = 'compact'): string {
  const parts: string[] = []
  write(element, { scope: noPrefixes, depth: 1, line: layout === 'indented' ? '\n' : '' }, parts)
  return parts.join('')
}

interface Around {
  /** What is declared around, as written. */
  readonly scope: Prefixes
  readonly depth: number
  /** What begins a line here, or nothing. */
  readonly line: string
}

function write(element: XmlElement, { scope, depth, line }: Around, parts: string[]): void {
  const { name, attributes, children, text } = element
  if (depth > xmlLimits.depth) throw new RangeError(`at most ${xmlLimits.depth} elements may be within each other`)
  const prefix = prefixOf(element)
  const tag = prefix === '' ? ncNameOf(name) : `${ncNameOf(prefix)}:${ncNameOf(name)}`
  parts.push('<', tag)
  const inside = declare(element, prefix, scope, parts)
  for (const [key, value] of attributes ?? []) parts.push(' ', key, '="', escapedText(value, 'attribute'), '"')
  if (children.length === 0 && text === '') {
    parts.push('/>')
    return
  }
  parts.push('>')
  if (children.length === 0) parts.push(escapedText(text, 'text'))
  else {
    if (/[^ \t\r\n]/.test(text)) throw new RangeError(`<${name}> has text beside elements; it may have one of them`)
    const inner = { scope: inside, depth: depth + 1, line: line === '' ? '' : `${line}  ` }
    for (const child of children) {
      parts.push(inner.line)
      write(child, inner, parts)
    }
    parts.push(line)
  }
  parts.push('</', tag, '>')
}

/** Writes the declarations that are missing in `scope`; gives what is declared within the element. */
function declare(element: XmlElement, prefix: string, scope: Prefixes, parts: string[]): Prefixes {
  const needed = neededBy(element)
  needed.set(prefix, element.namespace)
  if (prefix !== '') needed.set('', element.prefixes?.get('') ?? '')
  let inside: Map<string, string> | undefined
  for (const [each, namespace] of needed) {
    if ((scope.get(each) ?? '') === namespace) continue
    parts.push(each === '' ? ' xmlns="' : ` xmlns:${ncNameOf(each)}="`, escapedText(namespace, 'attribute'), '"')
    inside ??= new Map(scope)
    inside.set(each, namespace)
  }
  return inside ?? scope
}

/** The namespaces, by prefix, that attributes and values of this element name. */
function neededBy({ name, attributes, text, prefixes = noPrefixes }: XmlElement): Map<string, string> {
  const needed = new Map<string, string>()
  const take = (prefix: string): void => {
    const namespace = prefixes.get(prefix) ?? ''
    if (namespace !== '' && prefix !== 'xml') needed.set(prefix, namespace)
  }
  for (const [key, value] of attributes ?? []) {
    const prefix = attributePrefix(key)
    if (prefix !== '' && prefix !== 'xml' && !prefixes.has(prefix))
      throw new RangeError(`the attribute ${key} of <${name}> needs the namespace of ${prefix} in prefixes`)
    if (prefix !== '') take(prefix)
    takeNamed(value)
  }
  takeNamed(text)
  return needed

  function takeNamed(value: string): void {
    if (prefixes.size > 0) for (const [, prefix = ''] of value.matchAll(prefixForm)) take(prefix)
  }
}

/** Empty for none. @throws {RangeError} not the name of an attribute, or one that declares namespaces */
function attributePrefix(key: string): string {
  const parts = key.split(':').map(ncNameOf)
  if (parts.length > 2 || parts[0] === 'xmlns')
    throw new RangeError(`${JSON.stringify(key)} is not an attribute; namespaces are declared by prefixes`)
  return parts.length === 1 ? '' : parts[0]!
}

/**
 * The prefix of the element's own name. A value without a prefix is in the default namespace (RFC 7950 §9.10.3): where
 * that is another one than the element's, it must stay what it is.
 */
function prefixOf({ namespace, text, prefixes }: XmlElement): string {
  const byDefault = prefixes?.get('') ?? ''
  if (prefixes === undefined || byDefault === '' || byDefault === namespace || text === '') return ''
  for (const [prefix, uri] of prefixes) if (prefix !== '' && uri === namespace) return prefix
  return ''
}
