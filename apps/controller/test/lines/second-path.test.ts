/** What a second path must not cost: room, the first path, the end of the line, or the patience of routers and people. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema } from '@vagus/api'
import { core, ids } from './diamond.ts'
import { over, request, Scene } from './scene.ts'

const protect = true
const minutes = (count: number): number => count * 60_000

describe('a second path', () => {
  test('is laid as it was quoted, beside a path that is not the best but leaves room for it', async () => {
    const scene = new Scene(trap())
    const quote = scene.desk.quote({ ...request, protect })
    const line = await scene.ordered({ protect })
    const links = (hops: readonly { readonly link: string }[] | undefined) => hops?.map(({ link }) => link)
    assert.deepEqual(links(line.path?.hops), links(quote.considered[quote.path!]?.hops))
    assert.deepEqual([line.protection?.state, links(line.protection?.hops)], ['ready', links(quote.protection?.hops)])
  })

  test('that is not taken by a router has no room kept for it', async () => {
    const scene = new Scene()
    scene.routers.moods.push({ what: 'prepare', device: 'r3', mood: 'decline' })
    await scene.ordered({ protect, bitsPerSecond: 50e6 })
    await scene.desk.change('line-1', { protect: false })
    await scene.seconds(1)
    const other = await scene.ordered({ bitsPerSecond: 50e6 })
    assert.deepEqual([other.state, other.path?.hops.map(({ link }) => link)], ['active', ['r1-r3', 'r3-r4']])
  })

  test('goes from a router that is to be avoided, and comes back when nothing is', async () => {
    const scene = new Scene()
    await scene.ordered({ protect })
    await scene.desk.change('line-1', { avoid: 'r3' })
    await scene.seconds(2)
    assert.deepEqual(scene.routers.inForce, over('r2', 1))
    assert.match(scene.line().protection!.because, /without r3 and nothing of the first/)
    await scene.seconds(30)
    assert.deepEqual(scene.routers.inForce, over('r2', 1))
    await scene.desk.change('line-1', { avoid: null })
    await scene.seconds(12)
    assert.deepEqual([scene.line().number, scene.line().protection?.state], [1, 'ready'])
  })

  test('to which the line went is kept as long as the line, and the line stays there when its end is changed', async () => {
    const scene = new Scene()
    await scene.ordered({ protect, for: '10m' })
    scene.down.add('r2-r4')
    await scene.seconds(1)
    scene.down.delete('r2-r4')
    await scene.seconds(12)
    const end = scene.now + minutes(30)
    await scene.desk.change('line-1', { end: new Date(end).toISOString() })
    const { number, moves, protection } = scene.line()
    assert.deepEqual([number, moves, protection?.state], [2, 1, 'ready'])
    for (const path of [2, 3]) assert.ok(scene.routers.endOf(path) >= end, `path ${path}`)
  })

  test('and the first keep their end where the disk takes no other', async () => {
    const scene = new Scene()
    await scene.ordered({ protect, for: '10m' })
    const { end } = scene.line()
    const keep = scene.keeper.keep.bind(scene.keeper)
    scene.keeper.keep = (line) => {
      keep(line)
      scene.keeper.isFull = true // with the wish, before the paths
    }
    const later = new Date(scene.now + minutes(30)).toISOString()
    await assert.rejects(scene.desk.change('line-1', { end: later }), { message: 'the disk is full' })
    assert.equal(scene.line().end, end)
  })

  test('whose end could not be prolonged is not gone to: another is laid', async () => {
    const scene = new Scene()
    await scene.ordered({ protect, for: '10m' })
    scene.routers.moods.push({ what: 'confirm', device: 'r3', mood: 'unheard' })
    const end = scene.now + minutes(30)
    await scene.desk.change('line-1', { end: new Date(end).toISOString() })
    scene.down.add('r2-r4')
    await scene.seconds(30)
    assert.equal(scene.line().state, 'active')
    assert.ok(scene.routers.endOf(scene.line().number!) >= end)
  })

  test('that does not answer stays until there is another, is told once, and is ready when it answers again', async () => {
    const scene = new Scene()
    await scene.ordered({ protect })
    scene.told.length = 0
    scene.routers.deaf.add('r3')
    await scene.seconds(300)
    assert.deepEqual(scene.events, ['line.unprotected'])
    assert.deepEqual(
      [scene.line().protection?.state, scene.line().protection?.because],
      ['missing', 'its probes are lost'],
    )
    assert.deepEqual(scene.routers.inForce, [...over('r2', 1), ...over('r3', 2)].sort())
    scene.routers.deaf.clear()
    await scene.seconds(12)
    assert.deepEqual([scene.events, scene.line().protection?.state], [['line.protected'], 'ready'])
  })

  test('yields before the only path of any other line where a link carries less', async () => {
    const scene = new Scene()
    await scene.ordered({ protect, bitsPerSecond: 30e6 })
    await scene.ordered({ bitsPerSecond: 10e6 })
    await scene.ordered({ bitsPerSecond: 50e6 })
    assert.equal(scene.line('line-3').path?.hops[0]?.link, 'r1-r3')
    scene.told.length = 0
    const links = scene.config.links.map((link) => (link.name === 'r1-r3' ? { ...link, capacity: 70e6 } : link))
    scene.config = { ...scene.config, links }
    await scene.seconds(30)
    assert.deepEqual(scene.events, ['line.unprotected'])
    assert.deepEqual(
      [scene.line('line-3').state, scene.line('line-3').moves, scene.line().protection?.state],
      ['active', 0, 'missing'],
    )
  })

  test('that a router never takes is asked for less and less often', async () => {
    const scene = new Scene()
    await scene.ordered()
    scene.routers.calls.length = 0
    for (let asked = 0; asked < 100; asked++)
      scene.routers.moods.push({ what: 'prepare', device: 'r3', mood: 'decline' })
    await scene.desk.change('line-1', { protect: true })
    await scene.seconds(900)
    const asked = scene.routers.calls.filter(({ what, device }) => what === 'prepare' && device === 'r3').length
    assert.ok(asked >= 4 && asked <= 9, `${asked} times in 15 minutes`)
  })
})

/** r1 – a – b – r4 is the shortest way, beside which there is no second; r1 – a – c – d – r4 and r1 – e – f – b – r4 are two. */
function trap() {
  const names = ['r1', 'a', 'b', 'r4', 'c', 'd', 'e', 'f']
  const pairs = ['r1 a', 'a b', 'b r4', 'a c', 'c d', 'd r4', 'r1 e', 'e f', 'f b']
  const links = pairs.map((pair) => {
    const [a, z] = pair.split(' ') as [string, string]
    return core(`${a}-${z}`, a, `to-${z}`, z, `to-${a}`)
  })
  return configSchema.parse({
    agent: { listen: ['udp://127.0.0.1:0'] },
    lines: { block: 'fd00:c::/32' },
    devices: names.map((name, at) => ({
      name,
      role: name.startsWith('r') ? 'edge' : 'core',
      address: `192.0.2.${at + 1}`,
      id: ids[0]!.replaceAll('1', String(at + 1)),
      node: at + 1,
      interfaces: [
        ...links.flatMap(({ a, z }) => [a, z].flatMap((end) => (end.node === name ? [end.interface] : []))),
        ...(name.startsWith('r') ? ['eth0'] : []),
      ].map((one, index) => ({
        name: one,
        index: index + 1,
        ...(one === 'eth0' ? { site: name === 'r1' ? 'dc-east' : 'dc-west' } : {}),
      })),
    })),
    sites: [
      { name: 'dc-east', prefixes: ['10.1.0.0/16'] },
      { name: 'dc-west', prefixes: ['10.2.0.0/16'] },
    ],
    links,
  })
}
