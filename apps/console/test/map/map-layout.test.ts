import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Topology } from '@vagus/api'
import { halfWidthOf, placeBadges } from '../../src/map/badges.ts'
import { cross, overlap, passes, pointAt } from '../../src/map/geometry.ts'
import { placeLabels, shortened } from '../../src/map/labels.ts'
import type { MapLayout } from '../../src/map/map-layout.ts'
import {
  improveOrder,
  isLegible,
  layoutMap,
  linksCross,
  maxComparisons,
  narrowestMap,
} from '../../src/map/map-layout.ts'
import { strokeOf } from '../../src/map/stroke.ts'

type Kind = Topology['nodes'][number]['kind']

function topologyOf(kinds: Record<string, Kind>, ends: readonly (readonly [string, string])[]): Topology {
  return {
    apiVersion: 'vagus/v1',
    kind: 'Topology',
    nodes: Object.entries(kinds).map(([name, kind]) => ({ name, kind, as: null })),
    links: ends.map(([a, z], index) => ({ name: `link-${index}`, a, z, capacity: 1e8 })),
  }
}

const metro = topologyOf(
  {
    'pe-1': 'edge',
    'pe-2': 'edge',
    'pe-3': 'edge',
    'pe-4': 'edge',
    'p-1': 'core',
    'p-2': 'core',
    transit: 'neighbour',
    office: 'site',
    factory: 'site',
    'dc-east': 'site',
    'dc-west': 'site',
    field: 'site',
  },
  [
    ['pe-1', 'p-1'],
    ['pe-2', 'p-2'],
    ['pe-3', 'p-1'],
    ['pe-4', 'p-2'],
    ['p-1', 'p-2'],
    ['p-1', 'p-2'],
    ['pe-1', 'transit'],
    ['pe-3', 'transit'],
    ['pe-3', 'transit'],
    ['office', 'pe-1'],
    ['factory', 'pe-2'],
    ['field', 'pe-2'],
    ['dc-east', 'pe-3'],
    ['dc-west', 'pe-4'],
  ],
)

/** As the lab has it. */
const lab = topologyOf(Object.fromEntries(metro.nodes.map(({ name, kind }) => [name, kind])), [
  ...['pe-1', 'pe-2', 'pe-3', 'pe-4'].flatMap((edge) => [[edge, 'p-1'] as const, [edge, 'p-2'] as const]),
  ['p-1', 'p-2'],
  ['pe-1', 'transit'],
  ['pe-2', 'transit'],
  ['pe-4', 'transit'],
  ['pe-1', 'office'],
  ['pe-2', 'factory'],
  ['pe-3', 'dc-east'],
  ['pe-4', 'dc-west'],
  ['pe-3', 'field'],
])

function assertTidy(layout: MapLayout): void {
  const nodes = [...layout.nodes.values()]
  for (const [index, node] of nodes.entries()) {
    assert.ok(node.x - node.halfWidth >= 0 && node.x + node.halfWidth <= layout.width, `${node.name} is cut at a side`)
    assert.ok(node.y - node.halfHeight >= 0 && node.y + node.halfHeight <= layout.height, `${node.name} is cut`)
    for (const other of nodes.slice(index + 1)) assert.ok(!overlap(node, other), `${node.name} covers ${other.name}`)
  }
}

describe('the map of a metro network', () => {
  const layout = layoutMap(metro, 880)
  test('shows every node and link, none cut and none over another', () => {
    assert.equal(layout.nodes.size, metro.nodes.length)
    assert.equal(layout.links.length, metro.links.length)
    assertTidy(layout)
  })
  test('has no link through a node, and no two that cross', () => {
    for (const link of layout.links) {
      for (const node of layout.nodes.values())
        if (node.name !== link.a && node.name !== link.z)
          assert.ok(!passes(link, node, 0), `${link.name} in ${node.name}`)
      for (const other of layout.links) assert.ok(!linksCross(link, other), `${link.name} crosses ${other.name}`)
    }
  })
  test('keeps parallel links apart by more than the width of a line', () => {
    const gap = (one: string, two: string): number => {
      const [p, q] = [one, two].map((name) =>
        pointAt(
          layout.links.find((link) => link.name === name)!,
          0.5,
        ),
      )
      return Math.hypot(p!.x - q!.x, p!.y - q!.y)
    }
    assert.ok(gap('link-4', 'link-5') > 10)
    assert.ok(gap('link-7', 'link-8') > 10)
  })
  test('is the same each time it is made', () => assert.deepEqual(layoutMap(metro, 880), layout))
  test('stands in order on the narrowest screen that shows it', () => assertTidy(layoutMap(metro, narrowestMap)))
  test('writes names where they cover neither nodes nor one another', () => {
    const nodes = [...layout.nodes.values()]
    const routers = nodes.filter(({ ports }) => ports === 'centre')
    const labels = placeLabels(routers, nodes, layout.links, ({ name }) => [name])
    assert.equal(labels.length, 6)
    for (const label of labels) for (const node of nodes) assert.ok(!overlap(label, node), label.name)
    for (const [index, label] of labels.entries())
      for (const other of labels.slice(index + 1)) assert.ok(!overlap(label, other), label.name)
  })
})

test('a name that is too long is cut with a sign, to what has room', () => {
  assert.equal(shortened('pe-1'), 'pe-1')
  assert.equal(shortened('eighteen-character'), 'eighteen-character')
  assert.equal(shortened('nineteen-characters'), 'nineteen-characte…')
  assert.equal(shortened('nineteen-characters', 5), 'nine…')
})

test('the name of a router and its trouble lie on no link and on nothing else, where there is the width', () => {
  for (const width of [640, 660, 680, 700, 720, 740, 760, 780, 800, 823, 900, 1000, 1100]) {
    const layout = layoutMap(lab, width)
    const nodes = [...layout.nodes.values()]
    const routers = nodes.filter(({ ports }) => ports === 'centre')
    const labels = placeLabels(routers, nodes, layout.links, ({ name }) => [name, 'no export'])
    for (const [index, label] of labels.entries()) {
      for (const link of layout.links)
        assert.ok(!passes(link, label, 0), `${width}: ${label.name} on ${link.a}-${link.z}`)
      for (const other of [...nodes, ...labels.slice(index + 1)])
        assert.ok(!overlap(label, other), `${width}: ${label.name}`)
      // and it is nearest to its own
      const near = routers.toSorted(
        (a, b) => Math.hypot(a.x - label.x, a.y - label.y) - Math.hypot(b.x - label.x, b.y - label.y),
      )
      assert.equal(near[0]!.name, label.name)
    }
  }
})

test('a map of any topology keeps its nodes apart and inside', () => {
  const kind = fc.constantFrom<Kind>('edge', 'core', 'site', 'neighbour')
  const shape = fc.record({
    kinds: fc.array(kind, { maxLength: 14 }),
    ends: fc.array(fc.tuple(fc.nat(13), fc.nat(13)), { maxLength: 12 }),
  })
  fc.assert(
    fc.property(shape, ({ kinds, ends }) => {
      const name = (index: number): string => `n${index % Math.max(1, kinds.length)}`
      const topology = topologyOf(
        Object.fromEntries(kinds.map((kind, index) => [name(index), kind])),
        ends.map(([a, z]) => [name(a), name(z)] as const),
      )
      const layout = layoutMap(topology, 900)
      assert.equal(layout.nodes.size, kinds.length)
      assertTidy(layout)
      for (const link of layout.links)
        for (const value of [link.from.x, link.from.y, link.to.x, link.to.y]) assert.ok(Number.isFinite(value))
    }),
    { numRuns: 12 },
  )
})

test('parallel links between a box and a router do not cross on their way, whichever end is named first', () => {
  const ends = [
    ['pe', 'site'],
    ['site', 'pe'],
    ['pe', 'site'],
    ['p', 'pe'],
    ['up', 'pe'],
    ['pe', 'up'],
  ] as const
  const layout = layoutMap(topologyOf({ pe: 'edge', p: 'core', site: 'site', up: 'neighbour' }, ends), 800)
  const pairOf = ({ a, z }: MapLayout['links'][number]): string => [a, z].sort().join()
  for (const parallel of Map.groupBy(layout.links, pairOf).values())
    for (const [index, link] of parallel.entries())
      for (const other of parallel.slice(index + 1))
        assert.ok(!cross(link, other), `${link.name} crosses ${other.name}`)
})

test('a link to a node that the topology lacks is left out', () => {
  assert.deepEqual(layoutMap(topologyOf({ a: 'edge' }, [['a', 'b']]), 800).links, [])
})

test('a badge moves along its link away from what it would cover', () => {
  const half = { from: { x: 0, y: 0 }, to: { x: 200, y: 0 } }
  const wish = { key: 'x', half, text: '93 %', utilisation: 0.93 }
  const box = { x: 100, y: 0, halfWidth: halfWidthOf('93 %'), halfHeight: 10 }
  const [free] = placeBadges([wish], [])
  assert.equal(free?.x, 100)
  const [moved] = placeBadges([wish], [{ ...box, halfWidth: 4 }])
  assert.ok(!overlap(moved!, { ...box, halfWidth: 4 }))
  const [beside] = placeBadges([wish], [{ ...box, halfWidth: 100, halfHeight: 1 }])
  assert.ok(!overlap(beside!, { ...box, halfWidth: 100, halfHeight: 1 }))
})

test('the width of a link grows with its capacity, and is the same for all when capacities are', () => {
  const capacities = [1e7, 1e8, 1e9]
  assert.ok(strokeOf(1e7, capacities) < strokeOf(1e8, capacities))
  assert.ok(strokeOf(1e8, capacities) < strokeOf(1e9, capacities))
  assert.equal(strokeOf(1e8, [1e8, 1e8]), 5.5)
})

describe('the order of the routers', () => {
  const kindOf = (index: number): Kind => (index % 3 === 0 ? 'edge' : 'core')
  const meshOf = (nodes: number, links: number): Topology =>
    topologyOf(
      Object.fromEntries(Array.from({ length: nodes }, (_, index) => [`n${index}`, kindOf(index)])),
      Array.from({ length: links }, (_, index) => [`n${index % nodes}`, `n${(index * 7 + 3) % nodes}`] as const),
    )
  test('is improved with bounded work, however many routers and links there are', () => {
    for (const [nodes, links] of [
      [12, 17],
      [30, 60],
      [60, 120],
      [10_000, 120],
      [200, 400],
    ] as const) {
      const { comparisons } = improveOrder(meshOf(nodes, links))
      assert.ok(comparisons <= maxComparisons, `${nodes} nodes, ${links} links: ${comparisons}`)
    }
  })
  test('is not looked for in a network too large for a map', () => {
    assert.ok(isLegible(lab))
    assert.ok(isLegible(meshOf(40, 80)))
    assert.ok(!isLegible(meshOf(30, 121)))
    assert.ok(!isLegible(meshOf(100, 120)))
  })
  test('is worth it: fewer links cross than in the order in which routers are named', () => {
    const topology = meshOf(30, 60)
    const named = (kind: Kind) => topology.nodes.filter((node) => node.kind === kind)
    const crossings = ({ links }: MapLayout): number =>
      links.reduce(
        (sum, link, index) => sum + links.slice(index + 1).filter((each) => linksCross(link, each)).length,
        0,
      )
    const before = crossings(layoutMap(topology, 900, { edges: named('edge'), cores: named('core') }))
    for (const width of [700, 900, 1100]) assert.ok(crossings(layoutMap(topology, width)) < before, `${width}`)
  })
})
