import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultLineConfig as config, type Line, nextTick } from '../src/index.ts'
import { World } from './life-world.ts'
import { diamond, epoch, hour, minute, second } from './networks.ts'

const wish = { from: 'east', to: 'west', bitsPerSecond: 50e6, start: epoch, end: epoch + hour }

/** Routers that do what they are asked, each after half a second at most. */
function worldOf(network = diamond()): World {
  return new World(network, () => 0.5)
}
const lineIn = (world: World, at = 0): Line => [...world.lines.values()][at]!
const phases = (world: World, at = 0): readonly string[] =>
  lineIn(world, at).laid.map(({ number, phase }) => `${number} ${phase}`)
const whatIn = (world: World): readonly string[] => world.told.map((text) => text.replace(/^line-/, ''))
const break1 = (world: World): void => {
  const links = world.network.links.map((link) => (link.name === 'R2-R4' ? { ...link, isUp: false } : link))
  world.network = { ...world.network, links }
  world.watch()
}

describe('the life of a line', () => {
  test('is set up at once, active, and released at its end, with nothing left', () => {
    const world = worldOf()
    world.order(wish)
    assert.deepEqual([lineIn(world).state, phases(world)], ['setting-up', ['1 holding']])
    world.run(2 * second)
    assert.deepEqual([lineIn(world).state, phases(world)], ['active', ['1 up']])
    world.run(hour)
    assert.deepEqual([lineIn(world).state, phases(world)], ['released', ['1 resting']])
    assert.deepEqual(whatIn(world), ['1 active: its routers hold it', '1 released: its time is over'])
    world.run(hour)
    assert.deepEqual([phases(world), nextTick(lineIn(world), config)], [[], Infinity])
  })

  test('is set up in time where it begins later', () => {
    const world = worldOf()
    world.order({ ...wish, start: epoch + minute })
    world.run(minute - config.leadMs - 1)
    assert.deepEqual([lineIn(world).state, phases(world)], ['booked', []])
    world.run(config.leadMs + 1)
    assert.equal(lineIn(world).state, 'active')
  })

  test('begins when another one ends that had the same room', () => {
    const world = worldOf(diamond({ links: diamond().links.slice(0, 2) }))
    world.order({ ...wish, end: epoch + minute })
    world.order({ ...wish, start: epoch + minute })
    world.run(minute)
    assert.deepEqual([lineIn(world, 0).state, lineIn(world, 1).state], ['released', 'booked'])
    world.run(3 * second)
    assert.equal(lineIn(world, 1).state, 'active')
  })

  test('moves to the other way when a link fails, and releases the old one after the new one is there', () => {
    const world = worldOf()
    world.order(wish)
    world.run(2 * second)
    break1(world)
    assert.deepEqual([lineIn(world).state, phases(world)], ['moving', ['1 up', '2 holding']])
    world.run(900)
    assert.deepEqual([lineIn(world).state, phases(world)], ['moving', ['1 up', '2 steering']])
    world.run(3 * second)
    const { state, path, moves, current } = lineIn(world)
    assert.deepEqual([state, path.hops[0]!.link, moves, current], ['active', 'R1-R3', 1, 2])
    assert.deepEqual(phases(world), ['1 resting', '2 up'])
    assert.match(world.told.at(-1)!, /line-1 moved: R2-R4 is down/)
  })

  test('stays where there is no other way, says so once, and moves when there is one', () => {
    const world = worldOf()
    world.order({ ...wish, avoid: ['R3'] })
    world.run(2 * second)
    break1(world)
    for (let at = 0; at < 20; at++) {
      world.run(second)
      world.watch()
    }
    assert.deepEqual([lineIn(world).state, phases(world)], ['active', ['1 up']])
    assert.equal(
      world.told.filter((text) => text.includes('stuck: R2-R4 is down, and there is no other path')).length,
      1,
    )
    world.network = diamond()
    world.watch()
    assert.deepEqual([lineIn(world).reason, lineIn(world).because], [null, 'its routers hold it'])
  })

  test('moves where its ends have sent past it for 5 s, over no link of the old path', () => {
    const world = worldOf()
    world.order(wish)
    world.run(2 * second)
    world.send('line-1', { type: 'watched', steered: false })
    world.run(config.unsteeredMs - 1)
    world.send('line-1', { type: 'watched', steered: false })
    assert.equal(lineIn(world).state, 'active')
    world.run(1)
    world.send('line-1', { type: 'watched', steered: false })
    world.run(2 * second)
    assert.deepEqual([lineIn(world).path.hops[0]!.link, lineIn(world).because], ['R1-R3', 'probes are lost on it'])
  })

  test('has to go where another needs the room and there is no other way', () => {
    const world = worldOf()
    world.order({ ...wish, avoid: ['R3'] })
    world.run(2 * second)
    world.send('line-1', { type: 'yield', because: 'R1-R2 carries less now', avoid: ['R1-R2'] })
    assert.equal(lineIn(world).state, 'failed')
    assert.match(
      lineIn(world).because,
      /^R1-R2 carries less now, and there is no other path: .*; what its routers hold is taken back$/,
    )
  })

  test('goes on longer over the same path, and its routers are told', () => {
    const world = worldOf()
    world.order(wish)
    world.run(2 * second)
    const order = { ...lineIn(world).order, end: epoch + 2 * hour }
    world.send('line-1', { type: 'change', order, because: 'it was prolonged' })
    world.run(second)
    assert.deepEqual([lineIn(world).order.end, lineIn(world).moves], [epoch + 2 * hour, 0])
    for (const has of ['R1', 'R2', 'R4'].flatMap((node) => [...world.routers.get(node)!.values()]))
      assert.ok(has.until >= order.end)
    world.run(2 * hour)
    assert.equal(lineIn(world).state, 'released')
  })

  test('has another rate over a path of its own, and stays as it was where there is no room', () => {
    const world = worldOf()
    world.order(wish)
    world.run(2 * second)
    const change = (bitsPerSecond: number): void => {
      world.send('line-1', {
        type: 'change',
        order: { ...lineIn(world).order, bitsPerSecond },
        because: 'it was changed',
      })
      world.run(2 * second)
    }
    change(80e6)
    assert.deepEqual([lineIn(world).order.bitsPerSecond, lineIn(world).current], [80e6, 2])
    change(90e6)
    assert.deepEqual(
      [lineIn(world).order.bitsPerSecond, lineIn(world).current, lineIn(world).state],
      [80e6, 2, 'active'],
    )
    assert.match(world.told.at(-1)!, /stuck: it was not changed: every path/)
  })

  test('begins anew after the controller was killed while routers were asked', () => {
    const world = worldOf()
    world.order(wish)
    world.run(100)
    world.restart()
    assert.deepEqual([lineIn(world).state, phases(world)], ['booked', ['1 releasing']])
    world.run(4 * second)
    assert.deepEqual([lineIn(world).state, phases(world)], ['active', ['1 resting', '2 up']])
  })

  test('outlives a router that is away by its lease at most', () => {
    const world = worldOf()
    world.dead.add('R2')
    world.order({ ...wish, avoid: ['R3'] })
    assert.equal(world.lines.size, 0)
    world.dead.clear()
    world.order({ ...wish, avoid: ['R3'] })
    world.dead.add('R2')
    world.run(10 * second) // it was asked before it went away
    assert.equal(lineIn(world).state, 'active')
    world.run(hour)
    assert.deepEqual([lineIn(world).state, phases(world)], ['released', ['1 releasing']])
    world.run(2 * config.slackMs)
    assert.deepEqual(phases(world), ['1 resting'])
    world.run(hour)
    assert.deepEqual(phases(world), [])
  })
})
