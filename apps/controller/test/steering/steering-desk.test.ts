import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import { borderListSchema, proposalResourceSchema } from '@vagus/api/steering'
import { borderListOf, troubledBordersOf } from '../../src/resources/borders.ts'
import { steeringMetrics } from '../../src/resources/steering-metrics.ts'
import { borderConfig } from './border-config.ts'
import { minute, Scene, start } from './scene.ts'

const autonomy = { acts: false, because: 'nobody asked' }
const border = (scene: Scene) =>
  borderListSchema.parse(borderListOf(scene.desk.watches, scene.now, () => autonomy)).items[0]!
const states = (scene: Scene): readonly string[] => scene.desk.proposals.all().map(({ id, state }) => `${id} ${state}`)

describe('a border', () => {
  test('shows its links as configured before the first step, then as they are', async () => {
    const scene = new Scene()
    assert.deepEqual(
      border(scene).links.map(({ link, device, load, threshold, basis }) => [link, device, load, threshold, basis]),
      [
        ['tr-1', 'pe-1', null, 80e6, 'usual'],
        ['tr-2', 'pe-2', null, 80e6, 'usual'],
      ],
    )
    assert.deepEqual([border(scene).problem, border(scene).readAt], ['nothing was read yet', null])
    await scene.steps(1)
    scene.now += 20_000
    assert.equal(Date.parse(border(scene).readAt!), scene.now - 20_000)
    const { links, prefixes, problem, stepSeconds, horizonSeconds } = border(scene)
    assert.deepEqual([problem, stepSeconds, horizonSeconds], [null, 60, 300])
    assert.deepEqual(
      links.map(({ load }) => load),
      [84e6, 12e6],
    )
    assert.deepEqual(prefixes, [
      { prefix: '10.9.0.0/16', link: 'tr-1', bitsPerSecond: 56e6, steeredTo: null },
      { prefix: '10.1.0.0/16', link: 'tr-1', bitsPerSecond: 40e6, steeredTo: null },
    ])
  })
  test('with more prefixes than are listed takes none for heavier than it is', async () => {
    const scene = new Scene()
    const small = Array.from({ length: 400 }, (_, at) => {
      return { name: `shop-${at}`, prefixes: [`10.${100 + Math.floor(at / 200)}.${at % 200}.0/24`] }
    })
    const { sites } = scene.config as ReturnType<typeof borderConfig>
    scene.config = { ...scene.config, sites: [...sites, ...small] }
    scene.rates['office'] = [0, 0]
    scene.rates['factory'] = [0, 12e6]
    for (const { name } of small) scene.rates[name] = [210e3, 0]
    await scene.steps(2)
    // office and factory, and the shops behind transit.
    assert.equal(scene.asked[0]?.filter?.filter(({ dimension }) => dimension === 'dstSite').length, 2)
    assert.equal(border(scene).prefixes.length, 256)
    assert.deepEqual(
      new Set(scene.proposal?.moves.map(({ bitsPerSecond }) => Math.round(bitsPerSecond))),
      new Set([210e3]),
    )
  })
  test('asks the store about a window that is complete, at these interfaces, twice', async () => {
    const scene = new Scene()
    await scene.steps(1)
    assert.deepEqual(
      scene.asked.map(({ from, to, by, observations }) => [scene.now - to, to - from, by, observations]),
      [
        [10_000, minute, ['exporter', 'inIf', 'dstSite', 'version'], 'all'],
        [10_000, minute, ['exporter', 'inIf', 'dstSite', 'dst'], 'all'],
      ],
    )
  })
})

describe('a link that is about to be full', () => {
  test('has a proposal that is taken when agents tell of its classes, and then measured', async () => {
    const scene = new Scene()
    await scene.steps(2)
    const opened = scene.proposal!
    assert.deepEqual([opened.id, opened.state, opened.because.map(({ link }) => link)], ['transit-1', 'open', ['tr-1']])
    const [move] = opened.moves
    assert.deepEqual([opened.moves.length, move?.prefix, move?.to], [1, '10.1.0.0/16', 'tr-2'])
    assert.deepEqual(opened.classes, [
      { prefix: '10.1.0.0/16', device: 'pe-1', interface: 'eth0', link: 'tr-1', class: 4 },
    ])
    scene.approve(opened)
    scene.rates['office'] = [0, 40e6]
    await scene.steps(1)
    assert.equal(scene.proposal?.state, 'taken')
    assert.equal(border(scene).prefixes[0]?.steeredTo, 'tr-2')
    await scene.steps(11)
    const measured = proposalResourceSchema.omit({ apiVersion: true, kind: true, now: true }).parse(scene.proposal)
    assert.deepEqual([measured.id, measured.state], ['transit-1', 'measured'])
    const seen = measured.outcome?.links.find(({ link }) => link === 'tr-1')
    assert.deepEqual([seen?.peak, seen?.otherPeak], [44e6, 84e6])
    assert.deepEqual(
      scene.told.map((draft) => sentenceOf(draft)),
      [
        'tr-1 carries 84 % of its capacity, above its threshold; proposal transit-1: 10.1.0.0/16 from tr-1 to tr-2',
        'Proposal transit-1 is in force: 10.1.0.0/16 from tr-1 to tr-2',
        'Proposal transit-1 is measured: tr-1 carried up to 44 % of its capacity, without it 84 %',
      ],
    )
  })
  test('has its proposal relieved when the load goes by itself', async () => {
    const scene = new Scene()
    await scene.steps(2)
    scene.rates['office'] = [5e6, 0]
    await scene.steps(15)
    assert.deepEqual(states(scene), ['transit-1 relieved'])
    assert.equal(scene.told.at(-1)?.event, 'steering.relieved')
  })
  test('has no proposal while the other link is down', async () => {
    const scene = new Scene()
    scene.rates['factory'] = [44e6, 0]
    scene.down.add('tr-2')
    await scene.steps(4)
    assert.deepEqual([states(scene), border(scene).links[1]?.load], [[], null])
    assert.deepEqual(
      border(scene).links.map(({ isDown }) => isDown),
      [undefined, true],
    )
    scene.down.clear()
    await scene.steps(1)
    assert.deepEqual(states(scene), ['transit-1 open'])
  })
  test('is counted in metrics while its proposal is open, and lacks an agent', async () => {
    const scene = new Scene()
    await scene.steps(2)
    const value = (name: string) =>
      steeringMetrics(scene.desk.watches, scene.desk.proposals).find((one) => one.name === `vagus_steering_${name}`)
        ?.samples
    assert.deepEqual(value('open_proposals'), [{ labels: { neighbour: 'transit' }, value: 1 }])
    assert.deepEqual(value('link_load_bits_per_second')?.[0], {
      labels: { neighbour: 'transit', link: 'tr-1' },
      value: 84e6,
    })
    // pe-1 has no agent, nor has pe-2, of which nothing is asked.
    const [troubled] = troubledBordersOf(scene.desk.watches, scene.desk.proposals, false)
    assert.deepEqual([troubled?.agentless, troubled?.isMute], [['pe-1'], true])
  })
})

describe('a restart', () => {
  test('goes on with what was open, and with the next number', async () => {
    const scene = new Scene()
    await scene.steps(2)
    await scene.desk.stop()
    scene.desk = scene.begin()
    assert.deepEqual(states(scene), ['transit-1 open'])
    scene.rates['office'] = [5e6, 0]
    await scene.steps(15)
    scene.rates['office'] = [40e6, 0]
    await scene.steps(3)
    assert.deepEqual(states(scene), ['transit-2 open', 'transit-1 relieved'])
  })
  test('after kill -9 tells no proposal twice', async () => {
    const scene = new Scene()
    await scene.steps(2)
    scene.desk = scene.begin()
    await scene.steps(1)
    assert.deepEqual([states(scene), scene.told.length], [['transit-1 open'], 1])
  })
  test('without what the engine knew ends what was open, and gives no number again', async () => {
    const scene = new Scene()
    await scene.steps(2)
    scene.snapshots.set('transit', 'broken')
    scene.desk = scene.begin()
    await scene.steps(2)
    assert.deepEqual(states(scene), ['transit-2 open', 'transit-1 outdated'])
  })
})

describe('a change of the configuration', () => {
  test('that takes the border away ends its proposal', async () => {
    const scene = new Scene()
    await scene.steps(2)
    scene.config = { ...borderConfig(), links: borderConfig().links.slice(1) }
    await scene.steps(1)
    assert.deepEqual([states(scene), scene.desk.watches.length], [['transit-1 outdated'], 0])
  })
  test('that switches steering off ends it, and asks the store nothing', async () => {
    const scene = new Scene()
    await scene.steps(2)
    const { length } = scene.asked
    scene.config = { ...borderConfig(), steering: { enabled: false } }
    await scene.steps(1)
    assert.deepEqual([states(scene), scene.asked.length], [['transit-1 outdated'], length])
    scene.config = borderConfig()
    await scene.steps(4)
    assert.ok(states(scene).includes('transit-1 outdated'), 'what has ended does not begin again')
  })
  test('of the step goes on with the next number', async () => {
    const scene = new Scene()
    await scene.steps(2)
    scene.config = { ...borderConfig(), steering: { every: '90s' } }
    await scene.steps(2)
    assert.deepEqual(states(scene), ['transit-2 open', 'transit-1 outdated'])
  })
})

describe('a part that fails', () => {
  test('a store that does not answer leaves the step without prefixes, and the border says why', async () => {
    const scene = new Scene()
    scene.storeProblem = '64 queries are waiting already'
    await scene.steps(3)
    const { prefixes, links, problem } = border(scene)
    assert.deepEqual([prefixes, links[0]?.load, states(scene)], [[], 84e6, []])
    assert.equal(problem, 'which prefixes enter is not known: 64 queries are waiting already')
    assert.equal(scene.desk.watches[0]?.troubledSince, start + minute)
    scene.storeProblem = undefined
    await scene.steps(1)
    assert.deepEqual([border(scene).problem, scene.desk.watches[0]?.troubledSince], [null, undefined])
  })
  test('a device that exports no flows any more is named by the border', async () => {
    const scene = new Scene()
    await scene.steps(2)
    scene.silent.add('192.0.2.2')
    await scene.steps(1)
    assert.equal(border(scene).problem, 'which prefixes enter is not known: pe-2 exports no flows')
  })
  test('a disk that is full is told once, and everything is written later', async () => {
    const scene = new Scene()
    scene.isDiskFull = true
    await scene.steps(4)
    assert.equal(scene.reported.length, 1)
    assert.match(scene.reported[0]!, /could not be written down: .*full/)
    scene.isDiskFull = false
    await scene.steps(1)
    assert.deepEqual([...scene.proposals.keys()], ['transit-1'])
  })
})

describe('the clock of the steps', () => {
  const ticks = async (scene: Scene, milliseconds: number): Promise<number> => {
    const before = scene.asked.length
    for (const end = scene.now + milliseconds; scene.now < end;) {
      scene.now += 1000
      scene.desk.tick()
      await new Promise((resolve) => setImmediate(resolve))
    }
    return (scene.asked.length - before) / 2
  }
  test('makes a first step after ten seconds and then one each minute', async () => {
    const scene = new Scene()
    assert.deepEqual([await ticks(scene, 9000), await ticks(scene, 1000), await ticks(scene, 10 * minute)], [0, 1, 10])
  })
  test('goes on when it was set back or forward', async () => {
    const scene = new Scene()
    await ticks(scene, 10_000)
    scene.now -= 3_600_000
    assert.ok((await ticks(scene, 2 * minute)) >= 2)
    scene.now += 3_600_000
    assert.ok((await ticks(scene, 2 * minute)) <= 3)
  })
})
