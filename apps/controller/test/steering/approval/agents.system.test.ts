/** Approvals between real agents on loopback: the controller's own, and two beside routers. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { configSchema, sentenceOf } from '@vagus/api'
import { classMeds } from '@vagus/bgp/actuation'
import { randomOctets } from '@vagus/transport'
import { eventually } from '../../../../../scripts/eventually.ts'
import { type OwnAgent, openOwnAgent } from '../../../src/own-agent/own-agent.ts'
import { lookupIn, memoryAgents } from '../../support/memory-agents.ts'
import { createDirectory } from '../../../src/domain/directory.ts'
import type { EventDraft } from '../../../src/events/event-draft.ts'
import { BorderWatch } from '../../../src/steering/border-watch.ts'
import { bordersOf } from '../../../src/steering/borders.ts'
import { ApprovalDesk } from '../../../src/steering/approval/approval-desk.ts'
import { LeaseBook } from '../../../src/steering/approval/lease-book.ts'
import { ProposalList } from '../../../src/steering/proposal-list.ts'
import { MedResponder } from '../../support/med-responder.ts'
import { MemoryKeeper } from '../../support/memory-keeper.ts'
import { borderConfig } from '../border-config.ts'
import { proposal } from '../proposal.ts'

const home = mkdtempSync(join(tmpdir(), 'vagus-approval-'))
const told: EventDraft[] = []
const reported: string[] = []
const keeper = new MemoryKeeper()
const agents = memoryAgents()
const lookup = lookupIn(agents)
const admitted = new Set<string>()
let own: OwnAgent
let devices: Record<'pe-1' | 'pe-2', MedResponder>
let desk: ApprovalDesk
let clock: NodeJS.Timeout

/** As after a start of the controller. */
async function start(): Promise<void> {
  own = await openOwnAgent({
    home,
    name: 'controller',
    listen: ['udp://127.0.0.1:0'],
    admitted: () => new Set(admitted),
    hasLeases: (id) => new LeaseBook(keeper).hasLeasesOf(id),
    agents,
    epoch: Date.now(),
    report: (line) => reported.push(line),
  })
}

function begin(): ApprovalDesk {
  const config = borderConfig()
  const ids = Object.values(devices).map(({ id }) => id)
  const withIds = config.devices.map((device, at) => ({ ...device, id: ids[at] }))
  const [border] = bordersOf(createDirectory(configSchema.parse({ ...config, devices: withIds })))
  const watch = new BorderWatch(border!, { step: 60_000, horizon: 5 }, { firstNumber: 1, snapshot: undefined })
  return new ApprovalDesk({
    asker: () => own.asker,
    watchOf: () => watch,
    proposals: new ProposalList(keeper.proposalKeeper),
    book: new LeaseBook(keeper),
    meds: classMeds,
    newPlan: () => Buffer.from(randomOctets(16)).toString('hex'),
    tell: (draft) => void told.push(draft),
    report: (line) => void reported.push(line),
    now: Date.now,
  })
}

const areConnected = (): boolean => Object.values(devices).every(({ id }) => own.asker.connectedSince(id) !== undefined)
const live = { seconds: 60, by: 'operator', run: 'live' } as const
const inForce = () => Object.values(devices).flatMap(({ set }) => [...set])

before(async () => {
  await start()
  const open = (name: string): Promise<MedResponder> => MedResponder.open({ name, steeredBy: own.id, lookup })
  devices = { 'pe-1': await open('pe-1'), 'pe-2': await open('pe-2') }
  for (const id of ['transit-1', 'transit-2']) keeper.proposals.set(id, proposal({ id }))
  // No prefix is given a MED twice within two minutes.
  for (const [id, prefix] of [
    ['transit-3', '10.2.0.0/16'],
    ['transit-4', '10.9.0.0/16'],
    ['transit-5', '10.10.0.0/16'],
  ] as const) {
    const { moves, classes } = proposal({})
    const own = { moves: [{ ...moves[0]!, prefix }], classes: [{ ...classes[0]!, prefix }] }
    keeper.proposals.set(id, proposal({ id, ...own }))
  }
  desk = begin()
  clock = setInterval(() => void desk.step(), 200)
})
after(async () => {
  clearInterval(clock)
  await desk.stop()
  await Promise.all(Object.values(devices).map((device) => device.close()))
  await own.close()
  rmSync(home, { recursive: true, force: true })
})

describe('approvals between agents', { timeout: 120_000 }, () => {
  test('a device whose id the configuration has not is no neighbour, until it has it', async () => {
    assert.equal(agents.find('controller')?.id, own.id, 'it is on its own list')
    const { id } = devices['pe-1']
    await assert.rejects(desk.approve('transit-1', { ...live, run: 'dry' }), {
      status: 503,
      message: /its agent is not connected; .*; nothing was changed$/,
    })
    admitted.add(id)
    admitted.add(devices['pe-2'].id)
    own.refresh()
    await eventually('both devices are connected', areConnected)
  })

  test('a dry run tells what each agent would do, and changes nothing', async () => {
    const { state, leases } = await desk.approve('transit-1', { ...live, run: 'dry' })
    assert.equal(state, 'possible')
    const place = { prefix: '10.1.0.0/16', interface: 'eth0' }
    const before = [{ neighbour: 'eth0-neighbour', med: 100, asPathLength: 1 }]
    assert.deepEqual(leases, [
      { ...place, device: 'pe-1', link: 'tr-1', med: 200, before, after: null },
      { ...place, device: 'pe-2', link: 'tr-2', med: null, before, after: null },
    ])
    assert.deepEqual([inForce(), keeper.load()?.held ?? []], [[], []])
  })

  test('an approval sets the MED, is kept over a restart, and is undone', async () => {
    const { state, leases } = await desk.approve('transit-1', live)
    assert.deepEqual([state, leases[0]?.after?.[0]?.med], ['in-force', 200])
    assert.deepEqual(inForce(), [['10.1.0.0/16 eth0', 200]])
    await desk.stop()
    await own.close()
    await start()
    desk = begin()
    await eventually('both devices are connected again', areConnected)
    await assert.rejects(desk.approve('transit-1', live), { status: 409, message: /^transit-1 is in force until / })
    const ended = await desk.end('transit-1', { by: 'operator', because: 'the operator ended it' })
    assert.deepEqual([ended.state, ended.because, ended.endedBy], ['ended', 'the operator ended it', 'operator'])
    assert.deepEqual([inForce(), keeper.load()?.owed], [[], []])
    assert.deepEqual(told.splice(0).map(sentenceOf), [
      'Proposal transit-1 is approved by the operator for 1m: 10.1.0.0/16 from tr-1 to tr-2',
      'What was approved of transit-1 has ended: the operator ended it',
    ])
  })

  test('a device that declines is told in its words, and nothing is changed', async () => {
    await assert.rejects(desk.approve('transit-2', live), {
      status: 409,
      message:
        /^pe-1 does not take MED 200 of 10.1.0.0\/16 on tr-1: 10.1.0.0\/16 changed there lately; try again in \d+ s \(BUSY\); nothing was changed$/,
    })
    devices['pe-2'].declines = 'POLICY the moon is full'
    await assert.rejects(desk.approve('transit-2', live), {
      status: 409,
      message:
        'pe-2 does not say what it tells its neighbours of 10.1.0.0/16 on tr-2: the moon is full (POLICY); nothing was changed',
    })
    devices['pe-2'].declines = undefined
    assert.deepEqual([inForce(), keeper.load()?.begun], [[], []])
  })

  test('a device may want more than it is asked for, but answer nothing else', async () => {
    const device = devices['pe-1']
    const dry = async (lies: typeof device.lies) => {
      device.lies = lies
      try {
        return (await desk.approve('transit-3', { ...live, run: 'dry' })).leases[0]?.med
      } catch (error) {
        return (error as Error).message
      } finally {
        device.lies = {}
      }
    }
    assert.equal(await dry({ med: 500 }), 500)
    assert.match(
      String(await dry({ med: 100 })),
      /: no more than MED 100 is possible there \(RESOURCE\); nothing was changed$/,
    )
    assert.match(
      String(await dry({ med: 201 })),
      /: MED 201 is none of 10, 50, 100, 200, 500, 1000 \(POLICY\); nothing/,
    )
    assert.match(String(await dry({ med: null })), /: it answers without a MED \(UNCLEAR\); nothing was changed$/)
    for (const lie of [{ prefix: '10.1.0.0/16' }, { ingress: 'eth9' }, { planId: new Uint8Array(16) }])
      assert.match(String(await dry(lie)), /: it answers about something else \(UNCLEAR\); nothing was changed$/)
    device.lies = { told: [{ neighbour: 'evil\u001b[2J', med: 1, asPathLength: 1 }] }
    const { leases } = await desk.approve('transit-3', { ...live, run: 'dry' })
    assert.equal(leases[0]?.before[0]?.neighbour, 'evil [2J', 'it cannot write to terminals')
    device.lies = {}
  })

  test('a device that says nothing is given up after a while', async () => {
    devices['pe-1'].isMute = true
    await assert.rejects(desk.approve('transit-2', { ...live, run: 'dry' }), {
      status: 503,
      message:
        /^pe-1 does not take MED 200 of .*: its agent (?:did not answer in time|went away) \(SILENT\); nothing was changed$/,
    })
    devices['pe-1'].isMute = false
  })

  test('what a router lost, and what a device forgot as it was started again, ends', async () => {
    told.length = 0
    const ended = () => told.find(({ event }) => event === 'steering.ended')
    await desk.approve('transit-3', live)
    assert.deepEqual(inForce(), [['10.2.0.0/16 eth0', 200]])
    devices['pe-1'].lose()
    assert.match(sentenceOf(await eventually('it has ended', ended)), /pe-1 has 10.2.0.0\/16 on tr-1 no more: /)

    told.length = 0
    await desk.approve('transit-4', live)
    const { seeds } = devices['pe-1']
    await devices['pe-1'].close()
    devices['pe-1'] = await MedResponder.open({ name: 'pe-1', steeredBy: own.id, lookup, seeds })
    assert.match(
      sentenceOf(await eventually('it has ended', ended)),
      /pe-1 has 10.9.0.0\/16 on tr-1 no more: its agent was started again$/,
    )
    await eventually('nothing is to be released', () => keeper.load()?.owed.length === 0)
    assert.deepEqual([inForce(), keeper.load()?.held], [[], []])
  })

  test('a device that the configuration has no more takes part until its leases are released', async () => {
    await desk.approve('transit-5', live)
    const { id } = devices['pe-1']
    admitted.delete(id)
    own.refresh()
    assert.notEqual(own.asker.connectedSince(id), undefined)
    const { because } = await desk.end('transit-5', { by: 'operator', because: 'the operator ended it' })
    assert.equal(because, 'the operator ended it')
    assert.deepEqual([inForce(), keeper.load()?.owed], [[], []])
    assert.equal(own.asker.connectedSince(id), undefined)
  })

  test('only what the proposals say was asked for', () => {
    const asked = new Set(Object.values(devices).flatMap((device) => device.asked))
    const prefixes = ['10.1.0.0/16', '10.2.0.0/16', '10.9.0.0/16', '10.10.0.0/16']
    const proposed = prefixes.flatMap((prefix) => [`${prefix} eth0 200`, `${prefix} eth0 null`])
    assert.deepEqual(
      [...asked].filter((one) => !proposed.includes(one)),
      [],
    )
    assert.deepEqual(
      devices['pe-2'].asked.filter((one) => !one.endsWith('null')),
      [],
    )
  })
})
