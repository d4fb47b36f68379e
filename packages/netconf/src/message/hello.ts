/** How a session begins (RFC 6241 §8.1). Both sides send theirs at once. @module */
import { capabilitiesOf, hasBase, type NetconfCapabilities, ourCapabilities } from '../capabilities.ts'
import { NetconfError } from '../error.ts'
import { baseNamespace, isBase } from '../namespaces.ts'
import { element, leaf } from '../xml/build.ts'
import type { XmlElement } from '../xml/element.ts'
import { documentOf, readDocument } from './document.ts'

export interface ServerHello {
  /** 1 to 4294967295. */
  readonly sessionId: number
  readonly capabilities: NetconfCapabilities
}

/** The client's; it has no session-id. */
export function helloText(): string {
  const capabilities = ourCapabilities.map((uri) => leaf(baseNamespace, 'capability', uri))
  return documentOf(element(baseNamespace, 'hello', [element(baseNamespace, 'capabilities', capabilities)]))
}

/** @throws {NetconfError} also where the server has no version of NETCONF that we have */
export function readHello(message: string): ServerHello {
  const hello = readDocument(message)
  if (hello.name !== 'hello' || !isBase(hello.namespace))
    throw new NetconfError('unexpected', `begins with <${hello.name}> instead of <hello>`)
  const id = childOf(hello, 'session-id')?.text.trim() ?? ''
  const sessionId = /^[0-9]{1,10}$/.test(id) ? Number(id) : 0
  if (sessionId < 1 || sessionId > 0xffff_ffff)
    throw new NetconfError('unexpected', `says hello without a session-id from 1 to 4294967295: ${JSON.stringify(id)}`)
  // URIs have no blanks; pretty printers add some.
  const all = (childOf(hello, 'capabilities')?.children ?? [])
    .filter(({ name, namespace }) => name === 'capability' && isBase(namespace))
    .map(({ text }) => text.trim())
  if (!hasBase(all)) throw new NetconfError('unexpected', 'says hello with neither base:1.0 nor base:1.1')
  return { sessionId, capabilities: capabilitiesOf(all) }
}

const childOf = ({ children }: XmlElement, name: string): XmlElement | undefined =>
  children.find((child) => child.name === name && isBase(child.namespace))
