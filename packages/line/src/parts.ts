/** What each router of a path is asked for: to hold its part of it, and at the ends to send traffic into it. @module */
import type { LineEnd, LineHold, LineSteer } from '@vagus/grasp/objectives'
import type { Flow } from './flow.ts'
import { locatorOf } from './locator.ts'
import type { Attachment, CoreLink, LineNetwork } from './network.ts'
import { type Hop, nodesOf, type Path, type PathEnd } from './path.ts'
import { wireRate } from './rate.ts'

/** For each node its hold, in the order of the path, and for both ends what they steer. */
export interface PathParts {
  readonly holds: readonly { readonly node: string; readonly part: LineHold }[]
  readonly steers: readonly { readonly node: string; readonly part: LineSteer }[]
}

/** How a path is laid. */
export interface Laying {
  /** Of the path, 1..65,535. */
  readonly number: number
  /** As ordered. */
  readonly bitsPerSecond: number
  /** Number of the path from which the line moves. */
  readonly insteadOf?: number
  /** It protects the path that the line goes over. */
  readonly standby?: boolean
  /** What goes into it, `from` at the end `a`; absent: all that the sites at its ends send each other. */
  readonly flow?: Flow
}

/** @throws {RangeError} where the path is none of this network: find it anew */
export function partsOf(
  path: Path,
  network: LineNetwork,
  { number, bitsPerSecond, insteadOf, standby, flow }: Laying,
): PathParts {
  const nodes = nodesOf(path)
  const locator = (node: string): string => locatorOf(network.block, nodeNumber(network, node), number)
  const [atA, atZ] = [locator(path.a.node), locator(path.z.node)]
  const rate = wireRate(bitsPerSecond)
  const holds = nodes.map((node, at): PathParts['holds'][number] => {
    const sends = [
      [path.hops[at], atZ],
      [path.hops[at - 1], atA],
    ] as const
    const transmits = sends
      .filter((one): one is readonly [Hop, string] => one[0] !== undefined)
      .map(([hop, towards]) => ({ interface: interfaceOf(network, hop, node), towards, bitsPerSecond: rate }))
    const end = endOf(path, at, nodes.length, atA, atZ)
    const options = { ...(end === undefined ? {} : { end }), ...(insteadOf === undefined ? {} : { insteadOf }) }
    return { node, part: { type: 'hold', transmits, ...options } }
  })
  const [a, z] = [attachmentAt(network, path.a), attachmentAt(network, path.z)]
  const how = standby === true ? ({ standby } as const) : {}
  const [near, far] = [flow?.from ?? a.prefixes, flow?.to ?? z.prefixes]
  const steerAt = ({ node, interface: name }: Attachment, steer: Pick<LineSteer, 'from' | 'to' | 'remote'>) => ({
    node,
    part: { type: 'steer' as const, interface: name, ...steer, ...how },
  })
  return {
    holds,
    steers: [steerAt(a, { from: near, to: far, remote: atZ }), steerAt(z, { from: far, to: near, remote: atA })],
  }
}

function endOf(path: Path, at: number, nodes: number, atA: string, atZ: string): LineEnd | undefined {
  if (at === 0) return { locator: atA, remote: atZ, interface: path.a.interface }
  if (at === nodes - 1) return { locator: atZ, remote: atA, interface: path.z.interface }
  return undefined
}

function nodeNumber({ nodes }: LineNetwork, node: string): number {
  const found = nodes.find(({ name }) => name === node)
  if (found === undefined) throw new RangeError(`the network has no node ${node}`)
  return found.number
}

function interfaceOf({ links }: LineNetwork, { link }: Hop, node: string): string {
  const { a, z } = linkOf(links, link)
  return a.node === node ? a.interface : z.interface
}

function linkOf(links: readonly CoreLink[], link: string): CoreLink {
  const found = links.find(({ name }) => name === link)
  if (found === undefined) throw new RangeError(`the network has no link ${link}`)
  return found
}

function attachmentAt({ attachments }: LineNetwork, end: PathEnd): Attachment {
  const found = attachments.find(
    (one) => one.site === end.site && one.node === end.node && one.interface === end.interface,
  )
  if (found === undefined) throw new RangeError(`${end.site} is not attached to ${end.node} ${end.interface}`)
  return found
}
