/** What intents say of private lines: where none may begin, and how much of a link they may take. @module */
import { lineRefusal, lineShare } from '@vagus/intent'
import type { LineNetwork } from '@vagus/line'
import type { IntentOrders } from './intent-orders.ts'

/** A network as a line that begins at a moment may use it. */
export interface OpenNetwork {
  readonly network: LineNetwork
  /** Links that it must not use, besides those that its network lacks. */
  readonly barred: readonly string[]
  /** Why, a sentence without a full stop; undefined: no intent speaks against anything. */
  readonly because: string | undefined
}

/** @param at when the line begins, milliseconds since 1970 */
export function openNetwork(orders: IntentOrders, network: LineNetwork, at: number): OpenNetwork {
  const ofNode = new Map(network.nodes.map(({ name }) => [name, orders.at(name, at)] as const))
  let because: string | undefined
  const refusalAt = (device: string, interfaces: readonly string[]): string | undefined => {
    const found = ofNode.get(device)
    const refusal = found && lineRefusal(found, interfaces)
    if (refusal !== undefined) because ??= `${device}: ${refusal.problem}`
    return refusal?.problem
  }
  const shareAt = ({ node, interface: name }: { readonly node: string; readonly interface: string }): number => {
    const found = ofNode.get(node)
    const least = found && lineShare(found, name)
    if (least === undefined) return 1
    because ??= `intent "${least.order.intent.name}" leaves lines ${Math.round(100 * least.share)} % of ${node} ${name}`
    return least.share
  }
  /** Of what lines may take by vagus.yaml, the part that intents leave. */
  const left = (ends: Parameters<typeof shareAt>[0][]): number =>
    Math.min(1, Math.min(...ends.map(shareAt)) / network.share)
  const barred = network.links.flatMap(({ name, a, z }) =>
    (refusalAt(a.node, [a.interface]) ?? refusalAt(z.node, [z.interface])) === undefined ? [] : [name],
  )
  return {
    network: {
      ...network,
      links: network.links.map((link) => ({ ...link, bitsPerSecond: link.bitsPerSecond * left([link.a, link.z]) })),
      attachments: network.attachments
        .filter(({ node, interface: name }) => refusalAt(node, [name]) === undefined)
        .map((one) => ({ ...one, bitsPerSecond: one.bitsPerSecond * left([one]) })),
    },
    barred,
    because,
  }
}
