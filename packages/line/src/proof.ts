/** What the controller's agent signs of a line: its order, its path, and what it delivered. @module */
import { canonicalOctets, type JsonValue } from '@vagus/identity'
import type { Line } from './line.ts'
import type { Minute } from './minutes.ts'
import { nodesOf } from './path.ts'

/** `typ` of the JWS, so that it is taken for nothing else. */
export const proofType = 'vagus-line-proof'

/** Members as in RFC 7519: `iss` is the agent that signs, `sub` the line, times are seconds since 1970. */
export interface LineProof {
  readonly iss: string
  readonly sub: string
  readonly iat: number
  readonly from: string
  readonly to: string
  /** Bits per second, as ordered. */
  readonly rate: number
  readonly start: number
  readonly end: number
  readonly state: Line['state']
  /** Nodes of the path that it goes over, or went last. */
  readonly path: readonly string[]
  readonly moves: number
  readonly minutes: readonly Minute[]
}

/** Canonical JSON (RFC 8785): the same facts are the same octets. `minutes`: those that are over. */
export function proofPayload(
  { order, state, path, moves }: Pick<Line, 'order' | 'state' | 'path' | 'moves'>,
  minutes: readonly Minute[],
  { by, now }: { readonly by: string; readonly now: number },
): Uint8Array {
  const seconds = (ms: number): number => Math.floor(ms / 1000)
  const proof: LineProof = {
    iss: by,
    sub: order.id,
    iat: seconds(now),
    from: order.from,
    to: order.to,
    rate: order.bitsPerSecond,
    start: seconds(order.start),
    end: seconds(order.end),
    state,
    path: nodesOf(path),
    moves,
    minutes: minutes.map(({ at, ...rest }) => ({ ...rest, at: seconds(at) })),
  }
  return canonicalOctets(proof as unknown as JsonValue) // numbers, texts, lists and null
}
