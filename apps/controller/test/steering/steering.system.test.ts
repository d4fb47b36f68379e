/** A border with two links at one device: flows and counters are played over loopback, its agent is a real one. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Lookup } from '@vagus/agent'
import { type AgentResource, type DeviceList, type EventList, type Problem, sentenceOf } from '@vagus/api'
import {
  type ApprovalResource,
  approvalResourceSchema,
  type BorderList,
  borderListSchema,
  type ProposalList,
  proposalListSchema,
  type ProposalResource,
  proposalResourceSchema,
} from '@vagus/api/steering'
import { type Controller, loadConfigText, startController } from '@vagus/controller'
import { encodeCounterDatagram } from '@vagus/flow'
import { operatorKeyFile } from '@vagus/keyring/home'
import { controllerList } from '@vagus/lookup'
import { until } from '../../../../scripts/eventually.ts'
import { newSeeds } from '../../../../packages/agent/test/identities.ts'
import { dataSets, message, templateSet } from '../support/ipfix.ts'
import { idOfSeeds, MedResponder } from '../support/med-responder.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-steering-'))
const seeds = newSeeds('pe-1')
const text = `
domain: test
as: 64512
listen: 127.0.0.1:0
flow: { listen: ['127.0.0.1:0'] }
home: ${folder}/home
agent: { listen: ['udp://127.0.0.1:0'] }
devices:
  - name: pe-1
    role: edge
    address: 127.0.0.1
    id: ${idOfSeeds(seeds)}
    interfaces:
      - { name: eth2, index: 2, site: transit }
      - { name: eth3, index: 3, site: transit }
sites:
  - { name: office, prefixes: [10.1.0.0/16] }
  - { name: factory, prefixes: [10.2.0.0/16] }
  - { name: transit, kind: neighbour, as: 64999, prefixes: [0.0.0.0/0] }
links:
  - { name: tr-1, a: { node: pe-1, interface: eth2 }, z: { node: transit }, capacity: 1000000 }
  - { name: tr-2, a: { node: pe-1, interface: eth3 }, z: { node: transit }, capacity: 1000000 }
`

/** Bits per second that enter over eth2 and eth3, by destination. */
const rates: Record<string, [number, number]> = { '10.1.0.1': [100_000, 0], '10.2.0.1': [440_000, 120_000] }
/** A few steps take half a minute, and more on a busy machine. */
const patient = { seconds: 120 }
/** Milliseconds. */
const playEvery = 250
let controller: Controller
let play: NodeJS.Timeout
let responder: MedResponder
const socket = createSocket('udp4')

/** Steps of three seconds, which a file may not ask for: no exporter in the field is as quick as this one. */
async function start(): Promise<Controller> {
  const loaded = loadConfigText(text, { environment: {} })
  const steering = { ...loaded.config.steering, every: '3s', horizon: '3s' }
  return startController({ ...loaded, config: { ...loaded.config, steering } }, { version: '0.0.0-test' })
}

/** The agent beside pe-1, which finds the controller's in its list. */
async function openResponder(): Promise<MedResponder> {
  const { id } = await json<AgentResource>('/v1/agents/controller')
  // Its port is another one after a restart.
  const lookup: Lookup = {
    find: (name, options) => controllerList(`http://${controller.address}`).find(name, options),
  }
  return MedResponder.open({ name: 'pe-1', steeredBy: id, lookup, seeds })
}

/** What the router exports of the milliseconds that `passed`, which are more on a busy machine. */
function playStep(sequence: number, uptimeMs: number, passed: number, counted: [number, number]): void {
  const port = controller.flowEndpoints[0]!.port
  const send = (datagram: Uint8Array): void => socket.send(datagram, port, '127.0.0.1')
  const now = Date.now()
  const flows = Object.entries(rates).flatMap(([dst, row]) =>
    row.flatMap((rate, at) => {
      const octets = Math.round((rate * passed) / 8000)
      counted[at]! += octets
      return octets === 0 ? [] : [{ src: '192.0.2.1', dst, octets, interface: at + 2, end: now }]
    }),
  )
  send(message(sequence, now, templateSet(), dataSets(flows)))
  const samples = counted.map((octets, at) => ({
    sequence,
    ifIndex: at + 2,
    ifName: `eth${at + 2}`,
    ifSpeed: 0n,
    adminUp: true,
    operUp: true,
    inOctets: BigInt(octets),
    outOctets: 0n,
    inPackets: 0,
    outPackets: 0,
    inDiscards: 0,
    outDiscards: 0,
    inErrors: 0,
    outErrors: 0,
  }))
  send(encodeCounterDatagram({ agentAddress: '127.0.0.1', subAgent: 0, sequence, uptimeMs, samples }))
}

before(async () => {
  controller = await start()
  responder = await openResponder()
  const counted: [number, number] = [0, 0]
  const begun = performance.now()
  let [sequence, last] = [0, begun]
  play = setInterval(() => {
    const now = performance.now()
    playStep(sequence++, Math.round(now - begun), now - last, counted)
    last = now
  }, playEvery)
})
after(async () => {
  clearInterval(play)
  await responder.close()
  await controller.stop()
  socket.close()
  rmSync(folder, { recursive: true, force: true })
})

const ask = (path: string): Promise<Response> => fetch(`http://${controller.address}${path}`)
const json = async <Answer>(path: string): Promise<Answer> => (await (await ask(path)).json()) as Answer
const device = async () => (await json<DeviceList>('/v1/devices')).items[0]!
const border = async () => borderListSchema.parse(await json<BorderList>('/v1/borders')).items[0]!
/** As the operator, about transit-1. */
async function approval(method: 'POST' | 'DELETE', body?: object): Promise<ApprovalResource> {
  const key = readFileSync(operatorKeyFile(`${folder}/home`), 'utf8')
  const response = await fetch(`http://${controller.address}/v1/proposals/transit-1/approval`, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as ApprovalResource
  assert.equal(response.status, 200, JSON.stringify(answer))
  return approvalResourceSchema.parse(answer)
}
const proposals = async () => proposalListSchema.parse(await json<ProposalList>('/v1/proposals')).items

describe('a controller with a border of two links', () => {
  test('shows what enters over each, and to which prefix', async () => {
    const found = await until(
      border,
      ({ links, prefixes }) => links.every(({ load }) => load !== null && load > 0) && prefixes.length === 2,
    )
    assert.deepEqual([found.neighbour, found.as, found.stepSeconds], ['transit', 64_999, 3])
    assert.deepEqual(
      found.prefixes.map(({ prefix, link }) => [prefix, link]),
      [
        ['10.2.0.0/16', 'tr-1'],
        ['10.1.0.0/16', 'tr-1'],
      ],
    )
    assert.deepEqual(await proposals(), [])
  })

  test('proposes a move when one is about to be full, sees it taken, and measures what it gave', async () => {
    rates['10.1.0.1'] = [430_000, 0]
    const [opened] = await until(proposals, ({ length }) => length === 1, patient)
    assert.deepEqual(
      [opened!.id, opened!.state, opened!.because[0]?.link, opened!.moves.map(({ prefix, to }) => `${prefix} ${to}`)],
      ['transit-1', 'open', 'tr-1', ['10.1.0.0/16 tr-2']],
    )
    assert.match(await (await ask('/metrics')).text(), /^vagus_steering_open_proposals\{neighbour="transit"\} 1$/m)

    const [asked] = opened!.classes
    assert.deepEqual([opened!.classes.length, asked?.device, asked?.interface, asked?.class], [1, 'pe-1', 'eth2', 4])
    await until(device, ({ agent }) => agent?.connectedSince !== null)
    const approved = await approval('POST', { seconds: 3600 })
    assert.deepEqual([approved.state, approved.by, approved.leases.length], ['in-force', 'operator', 2])
    assert.deepEqual([...responder.set], [['10.1.0.0/16 eth2', 200]])
    assert.match(await (await ask('/metrics')).text(), /^vagus_steering_leases\{neighbour="transit"\} 1$/m)
    rates['10.1.0.1'] = [0, 430_000]

    const one = () => json<ProposalResource>('/v1/proposals/transit-1')
    await until(one, ({ state }) => state === 'taken', patient)
    const steered = (await border()).prefixes.find(({ prefix }) => prefix === '10.1.0.0/16')
    assert.equal(steered?.steeredTo, 'tr-2')
    const measured = proposalResourceSchema.parse(await until(one, ({ state }) => state === 'measured', patient))
    const seen = measured.outcome?.links.find(({ link }) => link === 'tr-1')
    assert.ok(seen !== undefined && seen.peak < 600_000 && seen.otherPeak > 700_000, JSON.stringify(seen))
    const { items } = await json<EventList>('/v1/events?topics=steering')
    assert.deepEqual(
      items.map(({ event }) => event),
      ['steering.proposed', 'steering.approved', 'steering.taken', 'steering.measured'],
    )
    assert.ok(items.every((event) => !sentenceOf(event).includes('?')))
  })

  test('has it after a restart, and ends what was approved before', async () => {
    const before = await proposals()
    await controller.stop()
    controller = await start()
    assert.deepEqual(await proposals(), before)
    assert.equal(before[0]?.approval?.state, 'in-force')
    await until(device, ({ agent }) => agent?.connectedSince !== null)
    assert.deepEqual([...responder.set], [['10.1.0.0/16 eth2', 200]])
    const ended = await approval('DELETE')
    assert.deepEqual([ended.state, ended.because, ended.endedBy], ['ended', 'the operator ended it', 'operator'])
    assert.deepEqual([...responder.set], [])
    assert.deepEqual((await proposals())[0]?.approval?.state, 'ended')
    const absent = await ask('/v1/proposals/transit-9')
    assert.equal(absent.status, 404)
    assert.match(((await absent.json()) as Problem).detail!, /^there is no proposal "transit-9"/)
  })
})
