/** The three desks joined: what is proposed, approved by itself, negotiated with agents, and taken back. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { configSchema, sentenceOf } from '@vagus/api'
import { classMeds } from '@vagus/bgp/actuation'
import { ApprovalDesk } from '../../../src/steering/approval/approval-desk.ts'
import { LeaseBook } from '../../../src/steering/approval/lease-book.ts'
import { AutonomyDesk } from '../../../src/steering/autonomy/autonomy-desk.ts'
import { MemoryKeeper } from '../../support/memory-keeper.ts'
import { FakeDevices } from '../approval/fake-devices.ts'
import { borderConfig } from '../border-config.ts'
import { Scene } from '../scene.ts'

const steering = { act: 'by-itself' as const, bounds: { proven: 0, lease: '20m', perHour: 3 } }
const idOf = (digit: number): string => `did:key:z6Mk${String(digit).repeat(44)}`

function config() {
  const { devices, ...rest } = borderConfig()
  return { ...rest, devices: devices.map((device, at) => ({ ...device, id: idOf(at + 1) })), steering }
}

/** Once all that agents answer at once has been heard. */
const answered = async (): Promise<false> => {
  for (let turn = 0; turn < 20; turn++) await setImmediate()
  return false
}

/** A neighbour that follows what the agents of the devices announce. */
class Play {
  readonly scene = new Scene()
  readonly devices = new FakeDevices(() => this.scene.now)
  /** More that enters over tr-2. */
  surge = 0
  readonly #disk = new MemoryKeeper()
  #ledger: unknown
  #book!: LeaseBook
  #approvals!: ApprovalDesk
  #autonomy!: AutonomyDesk

  constructor() {
    this.scene.config = config()
    this.#begin()
  }

  #begin(): void {
    const { scene, devices } = this
    const report = (line: string): void => void scene.reported.push(line)
    const { asker } = devices
    let plans = scene.now
    this.#book = new LeaseBook(this.#disk)
    this.#approvals = new ApprovalDesk({
      asker: () => asker,
      watchOf: (neighbour) => scene.desk.watches.find(({ border }) => border.neighbour === neighbour),
      proposals: scene.desk.proposals,
      book: this.#book,
      meds: classMeds,
      newPlan: () => (plans++).toString(16).padStart(32, '0'),
      tell: (draft) => void scene.told.push(draft),
      report,
      now: () => scene.now,
    })
    this.#autonomy = new AutonomyDesk({
      config: () => configSchema.parse(scene.config).steering,
      steering: scene.desk,
      approvals: this.#approvals,
      keeper: {
        load: () => this.#ledger,
        keep: (ledger) => void (this.#ledger = JSON.parse(JSON.stringify(ledger))),
      },
      tell: (draft) => void scene.told.push(draft),
      report,
    })
  }

  /** As after kill -9. */
  crash(): void {
    this.devices.kill()
    this.scene.desk.proposals.save(this.scene.now)
    this.scene.desk = this.scene.begin()
    this.#begin()
  }

  async minutes(count: number, wait: 'for the agents' | 'for nobody' = 'for the agents'): Promise<void> {
    const { scene } = this
    for (let each = 0; each < count; each++) {
      if (wait === 'for the agents') await this.seconds(60)
      else scene.now += 60_000
      this.#follow()
      await scene.desk.step()
      this.#autonomy.step(scene.now)
      if (wait === 'for the agents') await this.#autonomy.stop()
    }
  }

  /** Without a step of the border. */
  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      this.scene.now += 1000
      await this.#approvals.step()
    }
  }

  get sentences(): readonly string[] {
    return this.scene.told.map((draft) => sentenceOf(draft))
  }

  get #approved() {
    return this.scene.desk.proposals.all().filter(({ approval }) => approval !== null)
  }

  get approval() {
    return this.#approved[0]?.approval
  }

  #follow(): void {
    const { scene, devices } = this
    scene.classes = ['pe-1', 'pe-2'].flatMap((device) =>
      this.#book.inForce(device, scene.now).map((one) => ({ ...one, device })),
    )
    const enters = (prefix: string, rate: number): [number, number] =>
      devices.inForce.some((line) => line.startsWith(`${prefix} tr-1 `)) ? [0, rate] : [rate, 0]
    const [first, second] = enters('10.1.0.0/16', 40e6)
    scene.rates['office'] = [first, second]
    scene.rates['factory'] = [45e6, this.surge]
  }
}

describe('a controller that acts by itself, with agents', () => {
  test('sets leases at the agents, and lets them end with their time', async () => {
    const play = new Play()
    await play.minutes(4)
    assert.deepEqual(play.devices.inForce.length, 1)
    assert.equal(play.approval?.by, 'vagus')
    assert.equal(play.approval.state, 'in-force')
    assert.ok(
      play.sentences.some((line) => line.includes('transit-1 is approved by vagus itself')),
      play.sentences.join('\n'),
    )
    await play.minutes(18)
    assert.equal(play.scene.proposal?.state, 'measured')
    await play.minutes(3)
    assert.equal(play.scene.desk.proposals.find('transit-1')!.approval!.because, 'its time was over')
    assert.equal(play.scene.desk.proposals.find('transit-1')!.approval!.endedBy, undefined)
  })

  test('releases them where they fill another link, and acts no more until a proposal helps', async () => {
    const play = new Play()
    await play.minutes(4)
    play.surge = 50e6
    await play.minutes(4)
    assert.deepEqual(play.devices.inForce, [])
    assert.equal(play.approval?.endedBy, 'vagus')
    assert.match(
      play.approval.because!,
      /^tr-2 carries \d+ % of its capacity, above its threshold of 80 %; without the moves/,
    )
    await play.minutes(3)
    assert.equal(play.devices.inForce.length, 0)
  })

  test('leaves nothing in force where an agent is away, and tries no more often than its bounds let it', async () => {
    const play = new Play()
    play.devices.away.add('pe-1')
    await play.minutes(30)
    assert.deepEqual(play.devices.inForce, [])
    assert.equal(play.sentences.filter((line) => line.includes('could not be approved by vagus itself')).length, 3)
    assert.equal(play.approval, undefined)
  })

  test('killed in the midst, leaves nothing in force, and counts what it had begun', async () => {
    let calls = 0
    for (; ; calls++) {
      const play = new Play()
      await play.minutes(2)
      const killed = play.devices.killAt(calls, 'after')
      await play.minutes(1, 'for nobody')
      if (!(await Promise.race([killed.then(() => true), answered()]))) break
      play.crash()
      play.devices.away.add('pe-1').add('pe-2') // nothing new can begin
      await play.minutes(1)
      play.devices.away.clear()
      await play.seconds(40)
      assert.deepEqual(play.devices.inForce, [], `after ${calls} calls`)
      play.devices.script = Array.from({ length: 400 }, () => 'decline')
      await play.minutes(20)
      const asked = play.sentences.filter((line) => line.includes('could not be approved by vagus itself')).length
      assert.ok(asked <= 3, `${asked} with the one that was cut short`)
    }
    assert.ok(calls >= 2, `${calls} calls`)
  })
})
