/** What the controller's agent signs of a line: its order, its path, and what it delivered. @module */
import { canonicalOctets, type JsonValue } from '@vagus/identity'
import type { Minute } from './minutes.ts'
import { nodesOf, type Path } from './path.ts'
import type { LineWish } from './wish.ts'

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
  readonly state: string
  /** Nodes of the path that it goes over, or went last. */
  readonly path: readonly string[]
  readonly moves: number
  readonly minutes: readonly Minute[]
}

/** What is stated of a line. */
export interface ProvenLine {
  readonly id: string
  readonly wish: LineWish
  /** As the controller calls it. */
  readonly state: string
  /** Over which it goes, or went last. */
  readonly path: Path
  readonly moves: number
}

/** Canonical JSON (RFC 8785): the same facts are the same octets. `minutes`: those that are over. */
export function proofPayload(
  { id, wish, state, path, moves }: ProvenLine,
  minutes: readonly Minute[],
  { by, now }: { readonly by: string; readonly now: number },
): Uint8Array {
  const seconds = (ms: number): number => Math.floor(ms / 1000)
  const proof: LineProof = {
    iss: by,
    sub: id,
    iat: seconds(now),
    from: wish.from,
    to: wish.to,
    rate: wish.bitsPerSecond,
    start: seconds(wish.start),
    end: seconds(wish.end),
    state,
    path: nodesOf(path),
    moves,
    minutes: minutes.map(({ at, ...rest }) => ({ ...rest, at: seconds(at) })),
  }
  return canonicalOctets(proof as unknown as JsonValue) // numbers, texts, lists and null
}
