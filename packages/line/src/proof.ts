/**
 * What the controller's agent signs of a line: its order, its path, and what it delivered. Canonical JSON (RFC 8785), so that
 * the same facts are the same octets.
 * @module
 */
import type { Line } from './line.ts'
import type { Minute } from './minutes.ts'
import { nodesOf } from './path.ts'

/** `typ` of the JWS. */
export const proofType = 'vagus-line-proof'

/** Times are seconds since 1970, as in RFC 7519; rates are bits per second, of the order as the sites see it. */
export interface LineProof {
  /** Id of the line. */
  readonly sub: string
  readonly iat: number
  readonly from: string
  readonly to: string
  readonly rate: number
  readonly start: number
  readonly end: number
  readonly state: Line['state']
  /** Nodes of the path that it goes over, or went last. */
  readonly path: readonly string[]
  readonly moves: number
  readonly minutes: readonly Minute[]
}

/** `minutes`: whole ones. `now`: when it is signed. */
export function proofOf({ order, state, path, moves }: Line, minutes: readonly Minute[], now: number): LineProof {
  const seconds = (ms: number): number => Math.floor(ms / 1000)
  return {
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
    minutes: minutes.map(({ at, ...rest }) => ({ at: seconds(at), ...rest })),
  }
}

export const proofText = (proof: LineProof): string => canonical(proof)

/** RFC 8785: names in the order of their UTF-16 units, nothing between. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}
