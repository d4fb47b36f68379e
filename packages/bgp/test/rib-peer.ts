/** One peer's tables, fed by UPDATE messages, and what routes need. */
import { parsePrefix } from '@vagus/address'
import {
  AdjRibIn,
  AttributeTable,
  encodeUpdate,
  ipv4Unicast,
  ipv6Unicast,
  type PathAttributes,
  type PeerFacts,
  RouteRows,
  type Update,
  type UpdateContext,
  UpdateIntake,
} from '../src/index.ts'
import { hash } from './hash.ts'
import { external } from './contexts.ts'
import { hex } from './octets.ts'

export const own = { as: 64512, bgpIdentifier: 99, clusterId: 99 }
export const sequence = (...as: number[]) => [{ type: 2, as }]
export const route = (text: string, pathId?: number) =>
  pathId === undefined ? { prefix: parsePrefix(text) } : { prefix: parsePrefix(text), pathId }
export const plain: PathAttributes = { origin: 0, asPath: sequence(65001), nextHop: hex('0a000001') }
export const nextHop6 = hex('20010db8000000000000000000000001')
export const address = (last: number) => Uint8Array.from({ length: 16 }, (_, index) => (index === 15 ? last : 0))
export const facts = (last: number, peer: PeerFacts['peer'] = 'external'): PeerFacts => ({
  peer,
  bgpIdentifier: last,
  address: address(last),
})

const newTable = () => new AttributeTable({ own, hash })
export const bothRows = (table = newTable()) => ({ rows4: new RouteRows(4, table), rows6: new RouteRows(6, table) })

/** One peer's tables of both families, fed by UPDATE messages; `shared` with other peers. */
export function peer(shared = bothRows(), context: UpdateContext = external, maxPrefixes = 5000) {
  const { table } = shared.rows4
  const rib4 = new AdjRibIn({ rows: shared.rows4, maxPrefixes })
  const rib6 = new AdjRibIn({ rows: shared.rows6, maxPrefixes })
  const ribs = new Map([
    [ipv4Unicast, rib4],
    [ipv6Unicast, rib6],
  ])
  const intake = new UpdateIntake(table, context, ribs)
  const receive = (update: Partial<Update>) =>
    intake.receive(encodeUpdate({ withdrawn: [], announced: [], attributes: {}, ...update }, context))
  return { table, rib4, rib6, intake, receive }
}
