/**
 * The A2A binding over exchanges, version 1. Each operation is one exchange with the protocol `a2a/1`:
 *
 *   head               JSON: { "operation": "SendMessage", "parameters": { "A2A-Version": "1.0", … } }
 *   caller → server    the request in JSON (ProtoJSON, as in A2A's JSON-RPC binding), in pieces; then the end
 *   server → caller    0 octets   a piece of a result; more of it follows
 *                      1 octets   the last piece of a result: the only one, or an event of a stream
 *                      2 JSON     an error of A2A: { "code", "message", "data" }
 *
 * The end of the exchange is the end of the stream.
 * @module
 */

/** The value of `supportedInterfaces[].protocolBinding`. A breaking change gets a new URI (A2A 1.0 §5.8). */
export const bindingUri = 'urn:vagus:a2a-binding:exchange:v1'
export const protocol = 'a2a/1'
/** Size of one message of an exchange in octets; well below the maximum, so that urgent streams can go in between. */
export const pieceOctets = 262_144
/** A request or one result in JSON, in octets. */
export const maxJsonOctets = 64 * 1024 * 1024

/** An entry of `supportedInterfaces` for the agent `name`, which is an id or a name that look-ups know. */
export const interfaceOf = (name: string) => ({
  url: `vagus:${name}`,
  protocolBinding: bindingUri,
  protocolVersion: '1.0',
  tenant: '',
})

export const nameOf = (url: string): string => url.replace(/^vagus:/, '')

export interface OperationHead {
  readonly operation: string
  /** Service parameters (A2A 1.0 §3.2.6), which are headers in the HTTP bindings. */
  readonly parameters: Readonly<Record<string, string>>
}

export interface ErrorBody {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** The text in pieces, each preceded by its kind. */
export function* piecesOf(text: string): Generator<Uint8Array> {
  const octets = Buffer.from(text)
  for (let at = 0; ; at += pieceOctets) {
    const isLast = at + pieceOctets >= octets.length
    yield Buffer.concat([Uint8Array.of(isLast ? 1 : 0), octets.subarray(at, at + pieceOctets)])
    if (isLast) return
  }
}

export const errorMessage = (error: ErrorBody): Uint8Array =>
  Buffer.concat([Uint8Array.of(2), Buffer.from(JSON.stringify(error))])
