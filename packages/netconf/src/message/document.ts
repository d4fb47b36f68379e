/** A message is one document of XML in UTF-8 (RFC 6241 §3). @module */
import type { XmlElement } from '../xml/element.ts'
import { parseXml } from '../xml/parse.ts'
import { xmlText } from '../xml/write.ts'

export const documentOf = (element: XmlElement): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${xmlText(element)}\n`

/**
 * Blanks and zero octets around a document do no harm: some servers end lines behind the mark of a message, and Huawei's
 * pad with zeros. XML itself has none before its declaration.
 */
export function readDocument(message: string): XmlElement {
  let from = 0
  let to = message.length
  while (from < to && isPadding(message.charCodeAt(from))) from++
  while (to > from && isPadding(message.charCodeAt(to - 1))) to--
  return parseXml(message.slice(from, to))
}

const isPadding = (code: number): boolean =>
  code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 || code === 0
