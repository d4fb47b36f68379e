import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import { type Approval, borderListSchema, type Proposal } from '@vagus/api/steering'
import { loadConfigText } from '../../../src/config/load.ts'
import { borderListOf } from '../../../src/resources/borders.ts'
import { type Approvals, AutonomyDesk } from '../../../src/steering/autonomy/autonomy-desk.ts'
import { minute, Scene } from '../scene.ts'

const domain = `
as: 64512
devices:
  - { name: pe-1, role: edge, address: 192.0.2.1, interfaces: [{ name: eth0, index: 2, site: transit }] }
  - { name: pe-2, role: edge, address: 192.0.2.2, interfaces: [{ name: eth0, index: 2, site: transit }] }
sites:
  - { name: office, prefixes: [10.1.0.0/16] }
  - { name: factory, prefixes: [10.2.0.0/16] }
  - { name: transit, kind: neighbour, as: 64999, prefixes: [0.0.0.0/0] }
links:
  - { name: tr-1, a: { node: pe-1, interface: eth0 }, z: { node: transit }, capacity: 100000000 }
  - { name: tr-2, a: { node: pe-2, interface: eth0 }, z: { node: transit }, capacity: 100000000 }
`
const configOf = (steering: string) => loadConfigText(`${domain}steering:\n  ${steering}\n`, { environment: {} }).config
const byItself = (bounds: string) => configOf(`{ act: by-itself, bounds: { ${bounds} } }`)

/** A controller that may act, and agents that do what they are asked for. */
class Play implements Approvals {
  readonly scene = new Scene()
  readonly asked: string[] = []
  /** What agents answer, instead of doing it. */
  refusal: string | undefined
  /** What is written down. */
  kept: unknown
  isDiskFull = false
  desk!: AutonomyDesk

  constructor(config: ReturnType<typeof configOf>) {
    this.scene.config = config
    this.scene.rates['office'] = [40e6, 0]
    this.scene.rates['factory'] = [45e6, 12e6]
    this.begin()
  }

  /** Or begins again, after a crash. */
  begin(): void {
    const { scene } = this
    this.desk = new AutonomyDesk({
      config: () => configSteering(scene),
      steering: scene.desk,
      approvals: this,
      keeper: {
        load: () => this.kept,
        keep: (ledger) => {
          if (this.isDiskFull) throw new Error('the disk is full')
          this.kept = JSON.parse(JSON.stringify(ledger))
        },
      },
      tell: (draft) => scene.told.push(draft),
      report: (line) => scene.reported.push(line),
    })
  }

  async minutes(count: number): Promise<void> {
    for (let each = 0; each < count; each++) {
      this.scene.now += minute
      await this.scene.desk.step()
      this.desk.step(this.scene.now)
      await this.desk.stop()
    }
  }

  approve(id: string, { seconds, by }: { seconds: number; by: Approval['by'] }): Promise<void> {
    this.asked.push(`approve ${id} for ${seconds} by ${by}`)
    if (this.refusal !== undefined) return Promise.reject(new Error(this.refusal))
    const { scene } = this
    const proposal = scene.desk.proposals.find(id)!
    scene.approve(proposal)
    this.#follow(proposal, 'there')
    const at = new Date(scene.now).toISOString()
    const until = new Date(scene.now + 1000 * seconds).toISOString()
    this.#record(id, { by, state: 'in-force', at, until, leases: [], endedAt: null, because: null })
    return Promise.resolve()
  }

  end(id: string, { by, because }: { by: Approval['by']; because: string }): Promise<void> {
    this.asked.push(`end ${id} by ${by}`)
    const { scene } = this
    const proposal = scene.desk.proposals.find(id)!
    scene.classes = []
    this.#follow(proposal, 'back')
    const endedAt = new Date(scene.now).toISOString()
    this.#record(id, { ...proposal.approval!, state: 'ended', endedAt, because, endedBy: by })
    return Promise.resolve()
  }

  get autonomy() {
    const { desk, now } = this.scene
    return borderListSchema.parse(borderListOf(desk.watches, now, (watch) => this.desk.of(watch))).items[0]!.autonomy
  }

  /** What was told of acting or not. */
  get told(): readonly string[] {
    return this.scene.told
      .filter(({ event }) => event === 'steering.held' || event === 'steering.doubted')
      .map((draft) => sentenceOf(draft))
  }

  #record(id: string, approval: Approval): void {
    this.scene.desk.proposals.setApproval(id, approval)
  }

  #follow({ moves }: Proposal, way: 'there' | 'back'): void {
    for (const { prefix } of moves) {
      const site = prefix.startsWith('10.1.') ? 'office' : 'factory'
      const [first, second] = this.scene.rates[site]!
      this.scene.rates[site] = way === 'there' ? [0, first + second] : [first + second, 0]
    }
  }
}

const configSteering = ({ config }: Scene) => (config as ReturnType<typeof configOf>).steering

describe('a controller that acts by itself', () => {
  test('approves a proposal in the step after it was opened, for the lease of its bounds', async () => {
    const play = new Play(byItself('proven: 0, lease: 20m'))
    await play.minutes(2)
    assert.equal(play.scene.proposal?.state, 'open')
    assert.deepEqual(play.asked, [])
    await play.minutes(1)
    assert.deepEqual(play.asked, ['approve transit-1 for 1200 by vagus'])
    await play.minutes(1)
    assert.equal(play.scene.proposal?.state, 'taken')
    await play.minutes(8)
    assert.deepEqual(play.asked.length, 1)
    assert.deepEqual(play.told, [])
    assert.equal(play.autonomy.acts, true)
  })

  test('does nothing where it may act on approval only, and says why', async () => {
    const play = new Play(configOf('{ act: on-approval, bounds: { proven: 0 } }'))
    await play.minutes(20)
    assert.deepEqual(play.asked, [])
    assert.deepEqual(play.told, [])
    assert.deepEqual(play.autonomy, { acts: false, because: 'steering.act in vagus.yaml is on-approval' })
  })

  test('waits for proofs: proposals that nobody approved count, the open one once it stood for a horizon', async () => {
    const play = new Play(byItself('proven: 1'))
    await play.minutes(3)
    assert.deepEqual(play.autonomy, {
      acts: false,
      because: '0 proposals in a row helped or would have, 1 is needed',
    })
    assert.deepEqual(play.told, [
      'Proposal transit-1 is left to a person: 0 proposals in a row helped or would have, 1 is needed',
    ])
    await play.minutes(4)
    assert.deepEqual(play.asked, ['approve transit-1 for 3600 by vagus'], 'five steps after it was opened')
    assert.equal(play.told.length, 1, 'told once')
  })

  test('leaves to a person what is out of its bounds, and tells each reason once', async () => {
    const play = new Play(byItself('proven: 0, prefixes: [10.99.0.0/16]'))
    await play.minutes(10)
    assert.deepEqual(play.asked, [])
    assert.equal(play.told.length, 1)
    assert.match(
      play.told[0]!,
      /^Proposal transit-1 is left to a person: 10\.\d\.0\.0\/16 is not within steering\.bounds\.prefixes$/,
    )
    assert.match(play.autonomy.because, /; but not for transit-1: 10\.\d\.0\.0\/16 is not within/)
  })

  test('takes back what fills another link, and begins to count anew, also after a restart', async () => {
    const play = new Play(byItself('proven: 0'))
    await play.minutes(4)
    assert.equal(play.asked.length, 1)
    play.scene.rates['surge'] = [0, 45e6]
    const config = `${domain}steering: { act: by-itself, bounds: { proven: 0 } }\n`.replace(
      '  - { name: transit, kind',
      '  - { name: surge, prefixes: [10.3.0.0/16] }\n  - { name: transit, kind',
    )
    play.scene.config = loadConfigText(config, { environment: {} }).config
    await play.minutes(3)
    assert.deepEqual(play.asked, ['approve transit-1 for 3600 by vagus', 'end transit-1 by vagus'])
    assert.match(
      play.scene.desk.proposals.find('transit-1')!.approval!.because!,
      /^tr-2 carries \d+ % of its capacity, above its threshold/,
    )
    const expected =
      /^0 proposals in a row helped or would have, 1 is needed: the count began anew after transit-1, which was taken back/
    assert.match(play.autonomy.because, expected)
    play.scene.desk.proposals.save(play.scene.now)
    play.scene.desk = play.scene.begin()
    play.begin()
    assert.equal(play.autonomy.acts, false)
    assert.match(play.autonomy.because, expected)
  })

  test('only warns where a person approved what fills another link', async () => {
    const play = new Play(configOf('{ act: on-approval }'))
    await play.minutes(3)
    await play.approve('transit-1', { seconds: 3600, by: 'operator' })
    await play.minutes(1)
    play.scene.rates['factory']![1] += 45e6
    play.scene.rates['office']![1] += 45e6
    await play.minutes(6)
    assert.deepEqual(play.asked, ['approve transit-1 for 3600 by operator'])
    assert.equal(play.told.length, 1)
    assert.match(
      play.told[0]!,
      /^What a person approved of transit-1 does not help: tr-2 carries 1?\d\d % .*"vagus proposal undo transit-1" ends it$/,
    )
  })

  test('leaves the border alone for a day where a person undid what it did', async () => {
    const play = new Play(byItself('proven: 0'))
    await play.minutes(4)
    await play.end('transit-1', { by: 'operator', because: 'the operator ended it' })
    play.begin() // what was undone is known from the proposals, whatever was written down
    await play.minutes(30)
    assert.deepEqual(play.asked, ['approve transit-1 for 3600 by vagus', 'end transit-1 by operator'])
    assert.match(play.told.at(-1)!, /a person undid transit-1: it leaves the border alone for a day$/)
    play.scene.now += 24 * 60 * minute
    await play.minutes(8)
    assert.ok(play.asked.length > 2, 'a day later it acts again')
  })

  test('tries again what agents refused, as often as its bounds let it in an hour, and no sooner than in two minutes', async () => {
    const play = new Play(byItself('proven: 0, perHour: 3'))
    play.refusal = 'pe-1 is not connected'
    await play.minutes(40)
    assert.deepEqual(
      play.asked,
      Array.from({ length: 3 }, () => 'approve transit-1 for 3600 by vagus'),
    )
    assert.ok(play.scene.reported.includes('autonomy: transit-1: pe-1 is not connected'))
    assert.match(play.told.at(-1)!, /it acted 3 times within an hour; steering\.bounds\.perHour allows 3$/)
    play.begin()
    await play.minutes(2)
    assert.equal(play.asked.length, 3, 'it remembers over a restart')
  })

  test('does nothing that it cannot write down', async () => {
    const play = new Play(byItself('proven: 0'))
    play.isDiskFull = true
    await play.minutes(6)
    assert.deepEqual(play.asked, [])
    assert.ok(play.scene.reported.some((line) => line.includes('nothing is done while it cannot be written down')))
  })

  test('told to act no more, ends nothing, says what it left, and still takes back what does harm', async () => {
    const play = new Play(byItself('proven: 0'))
    await play.minutes(4)
    play.scene.config = configOf('{ act: on-approval }')
    assert.match(
      play.autonomy.because,
      /^steering\.act in vagus\.yaml is on-approval; transit-1, which it approved before, holds until 2026-/,
    )
    await play.minutes(1)
    assert.deepEqual(play.asked, ['approve transit-1 for 3600 by vagus'])
    assert.ok(play.scene.reported.some((line) => line.includes('transit-1 holds until its leases end')))
    play.scene.rates['factory']![1] += 45e6
    play.scene.rates['office']![1] += 45e6
    await play.minutes(3)
    assert.deepEqual(play.asked.slice(1), ['end transit-1 by vagus'])
  })

  test('cannot read what it wrote: says so, and goes on', () => {
    const play = new Play(byItself('proven: 0'))
    play.kept = { broken: 1 }
    play.begin()
    assert.ok(play.scene.reported.some((line) => line.includes('cannot be read')))
  })
})
