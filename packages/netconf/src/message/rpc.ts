/** A request, and the reply to it (RFC 6241 §4.1, §4.2). @module */
import { NetconfError } from '../error.ts'
import { baseNamespace, isBase } from '../namespaces.ts'
import { element } from '../xml/build.ts'
import type { XmlElement } from '../xml/element.ts'
import { documentOf, readDocument } from './document.ts'
import { isRpcError, type RpcError, rpcErrorOf } from './rpc-error.ts'

export interface RpcReply {
  /** Absent where the server gives none: it does so in an error about a request that it could not read. */
  readonly messageId?: string
  readonly result: RpcResult
}

export type RpcResult =
  /** Done. */
  | { readonly type: 'ok'; readonly warnings: readonly RpcError[] }
  /** What was asked for: the element `data`, or others that an operation of a vendor gives. */
  | { readonly type: 'data'; readonly elements: readonly XmlElement[]; readonly warnings: readonly RpcError[] }
  /** Not done: at least one has the severity `error`. */
  | { readonly type: 'errors'; readonly errors: readonly RpcError[] }

/** @throws {RangeError} what `xmlText` cannot write */
export const rpcText = (messageId: string, operation: XmlElement): string =>
  documentOf({ ...element(baseNamespace, 'rpc', [operation]), attributes: new Map([['message-id', messageId]]) })

/**
 * A reply with neither data nor `ok` nor an error counts as `ok`, which Junos leaves away unless `rfc-compliant` is set.
 * It also puts errors into an element that names what was done, such as `commit-results`; they are found there.
 * @throws {NetconfError}
 */
export function readReply(message: string): RpcReply {
  const reply = readDocument(message)
  if (reply.name !== 'rpc-reply' || !isBase(reply.namespace))
    throw new NetconfError('unexpected', `answers with <${reply.name}> instead of <rpc-reply>`)
  const messageId = reply.attributes?.get('message-id')
  return { ...(messageId === undefined ? {} : { messageId }), result: resultOf(reply.children) }
}

function resultOf(children: readonly XmlElement[]): RpcResult {
  const found = children
    .flatMap((child) => (isRpcError(child) || child.name === 'data' ? [child] : child.children))
    .filter(isRpcError)
    .map(rpcErrorOf)
  if (found.some(({ severity }) => severity === 'error')) return { type: 'errors', errors: found }
  const elements = children.filter((child) => !isRpcError(child) && !(child.name === 'ok' && isBase(child.namespace)))
  return elements.length === 0 ? { type: 'ok', warnings: found } : { type: 'data', elements, warnings: found }
}
