/** What a server says that it did not do, and why (RFC 6241 §4.3, appendix A). @module */
import { isBase } from '../namespaces.ts'
import type { XmlElement } from '../xml/element.ts'

export interface RpcError {
  /** `transport`, `rpc`, `protocol` or `application`; what else a server writes is kept. */
  readonly type: string
  /** As in appendix A: `lock-denied`, `data-missing`. Empty where the server gives none. */
  readonly tag: string
  /** A warning is not a failure. */
  readonly severity: 'error' | 'warning'
  readonly appTag?: string
  /** XPath to the element that is wrong; its prefixes are the server's. */
  readonly path?: string
  readonly message?: string
  /** Leaves of error-info, as `bad-element: mtu, session-id: 5`; empty where there is none. */
  readonly info: string
  /** Who holds the lock, by error-info: a session of NETCONF, or 0 for something else (appendix A, lock-denied). */
  readonly holder?: number
}

/** Of a server's info; it is shown to people. */
const maxInfoCharacters = 1024

export const isRpcError = ({ name, namespace }: XmlElement): boolean => name === 'rpc-error' && isBase(namespace)

/** Whatever is missing is empty: that something failed is certain. */
export function rpcErrorOf(error: XmlElement): RpcError {
  const text = (name: string): string => error.children.find((child) => child.name === name)?.text.trim() ?? ''
  const optional = <Key extends string>(key: Key, name: string): { readonly [key in Key]?: string } => {
    const value = text(name)
    return value === '' ? {} : ({ [key]: value } as { readonly [key in Key]: string })
  }
  const leaves = leavesOf(error.children.find(({ name }) => name === 'error-info'))
  const session = leaves.find(([name]) => name === 'session-id')?.[1]
  return {
    type: text('error-type'),
    tag: text('error-tag'),
    severity: text('error-severity') === 'warning' ? 'warning' : 'error',
    ...optional('appTag', 'error-app-tag'),
    ...optional('path', 'error-path'),
    ...optional('message', 'error-message'),
    info: leaves
      .map(([name, value]) => (value === '' ? name : `${name}: ${value}`))
      .join(', ')
      .slice(0, maxInfoCharacters),
    ...(session !== undefined && /^[0-9]{1,10}$/.test(session) ? { holder: Number(session) } : {}),
  }
}

function leavesOf(info: XmlElement | undefined): readonly (readonly [name: string, text: string])[] {
  if (info === undefined) return []
  return info.children.flatMap((child) =>
    child.children.length > 0 ? leavesOf(child) : [[child.name, child.text.trim()] as const],
  )
}
