/** Configurations of vagus-test-router as tests write and read them. */
import { parseXml, type XmlElement, xmlText } from '@vagus/netconf'

/** The container `router` with this inside. */
export const router = (inside: string): XmlElement =>
  parseXml(
    `<router xmlns="urn:vagus:test:router" xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0">${inside}</router>`,
  )

/** What is inside `data`, as one text. */
export const textIn = (data: XmlElement): string => data.children.map((child) => xmlText(child)).join('')
