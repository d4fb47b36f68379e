/** A large network in the place of the fixture's own: a ring of routers, an edge router before three of the core. @module */
import type { DeviceList, Link, LinkList, Status, Topology } from '@vagus/api'
import type { FixtureServer } from './fixture-server.ts'

type Answer = DeviceList | LinkList | Status | Topology

/** As many routers and links as `count`, named by `nameOf`. */
export function makeLarge({ fixture }: FixtureServer, count: number, nameOf: (index: number) => string): void {
  const small = fixture.answer.bind(fixture)
  const each = <Item>(make: (index: number) => Item): Item[] => Array.from({ length: count }, (_, index) => make(index))
  const linkOf = (index: number) => ({
    name: `${nameOf(index)}-link`,
    a: nameOf(index),
    z: nameOf((index + 1) % count),
  })
  const loadOf = (like: Link, index: number): Link => {
    const { name, a, z } = linkOf(index)
    return { ...like, name, a: { node: a, interface: 'eth0' }, z: { node: z, interface: 'eth1' } }
  }
  const nodeOf = (index: number) => ({ name: nameOf(index), kind: index % 4 === 0 ? 'edge' : 'core', as: 64_512 })
  fixture.answer = (url) => {
    const answer = small(url) as Answer | undefined
    if (answer?.kind === 'Topology')
      return { ...answer, nodes: each(nodeOf), links: each((index) => ({ ...linkOf(index), capacity: 1e9 })) }
    if (answer?.kind === 'DeviceList') {
      const { items } = answer
      return { ...answer, items: each((index) => ({ ...items[index % items.length]!, name: nameOf(index) })) }
    }
    if (answer?.kind !== 'LinkList') return answer
    const { items } = answer
    return { ...answer, items: each((index) => loadOf(items[index % items.length]!, index)) }
  }
}
