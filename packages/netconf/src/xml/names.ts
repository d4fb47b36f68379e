/** Which names XML has (Namespaces in XML 1.0 §4: NCName), and how characters are escaped. @module */

const start =
  'A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}\\u{2070}-\\u{218F}' +
  '\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}'
const part = `[${start}.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}-]`
const ncName = `[${start}]${part}*`
const nameForm = new RegExp(`^${ncName}$`, 'u')

/**
 * Each prefix of a text with qualified names, also within a path. Some are none, as in an address of IPv6. It begins where
 * no name goes on, so that a long word is looked at once.
 */
export const prefixForm = new RegExp(`(?<!${part})(${ncName}):`, 'gu')

/** @throws {RangeError} */
export function ncNameOf(name: string): string {
  if (!nameForm.test(name)) throw new RangeError(`${JSON.stringify(name)} is not a name of XML; ietf-system is one`)
  return name
}

const unwritable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u
const special = /[&<>"\t\n\r]/g
const specialInText = /[&<>\r]/g
const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const reference = (character: string): string => references[character] ?? `&#${character.charCodeAt(0)};`

/** @throws {RangeError} a character that no document of XML 1.0 can have */
export function escapedText(text: string, place: 'text' | 'attribute'): string {
  const found = unwritable.exec(text)
  if (found !== null)
    throw new RangeError(
      `XML has no character U+${found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}; leave it out`,
    )
  return text.replace(place === 'text' ? specialInText : special, reference)
}
