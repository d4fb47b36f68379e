/** Calls with the service of their caller's role: what the called server and the caller hear, and the marks on the wire. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Agent, openAgent } from '@vagus/agent'
import { type Member, type ServiceRule, verifyRoster } from '@vagus/identity'
import { frameHeaderOctets, openFrameSocket } from '@vagus/linux'
import { type ServiceName, services } from '@vagus/qos'
import { identityCrypto } from '@vagus/transport'
import { identityOf, lookupOf, newSeeds, withAddresses } from '../../../packages/agent/test/identities.ts'
import { eventually } from '../../../scripts/eventually.ts'
import { Fleet } from '../src/roster/fleet.ts'
import { serviceOptions, type Sidecar, startSidecar } from '../src/index.ts'
import { newOwner } from './roster/rosters.ts'
import { endServer, listening } from './sidecars.ts'

const owner = newOwner()
const rules: readonly ServiceRule[] = [
  { role: 'planner', service: 'control' },
  { role: 'planner', service: 'safety', protocol: 'a2a', skill: 'stop' },
]
const closing: (() => unknown)[] = []
after(async () => {
  for (const close of closing.toReversed()) await close()
})

/** Echoes what it is told of the service. */
const echo = await listening((request, response) => {
  request.resume()
  response.setHeader('content-type', 'application/json')
  request.on('end', () => response.end(JSON.stringify(request.headers['vagus-service'] ?? null)))
})
closing.push(() => endServer(echo.server))

interface Side {
  readonly agent: Agent
  readonly sidecar: Sidecar
  readonly fleet: Fleet | undefined
}
const workerSeeds = newSeeds('worker')
const seeds = { planner: newSeeds('planner'), guest: newSeeds('guest'), liar: newSeeds('liar') }
const idOf = (one: typeof workerSeeds): string => {
  const [, payload = ''] = one.document.split('.')
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly id: string }).id
}
const members: readonly Member[] = [
  { id: idOf(workerSeeds), name: 'worker', roles: [] },
  { id: idOf(seeds.planner), name: 'planner', roles: ['planner'] },
  { id: idOf(seeds.guest), name: 'guest', roles: [] },
  { id: idOf(seeds.liar), name: 'liar', roles: [] },
]
let epoch = 0
function take(fleet: Fleet, given: readonly ServiceRule[]): void {
  const read = verifyRoster(owner.sign({ epoch: ++epoch, members, services: given }), Date.now(), identityCrypto)
  assert.ok(read.type === 'verified', JSON.stringify(read))
  fleet.take(read.roster)
}

async function side(
  name: string,
  its: typeof workerSeeds,
  more: { readonly listen?: readonly string[]; readonly service?: ServiceName; readonly roster?: 'none' } = {},
  known: readonly (typeof workerSeeds)[] = [],
): Promise<Side> {
  const fleet = more.roster === 'none' ? undefined : new Fleet(owner.id, idOf(its))
  if (fleet !== undefined) take(fleet, rules)
  const lookup = lookupOf(...known)
  const agent = await openAgent({
    identity: identityOf(its),
    lookup,
    listen: more.listen ?? [],
    ...serviceOptions(fleet, more.service),
  })
  const common = { notes: ':memory:', allowed: [], port: 0, tokens: new Map<string, string>() }
  const exposed = name === 'worker' ? { a2a: echo.url } : {}
  const sidecar = await startSidecar({ ...common, name, agent, exposed, lookup, fleet, service: more.service })
  closing.push(() => sidecar.close())
  return { agent, sidecar, fleet }
}

const called = await side('worker', workerSeeds, {
  listen: ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0', 'udp://[::1]:0'],
})
const worker = withAddresses(workerSeeds, called.agent.addresses())
called.agent.renew(identityOf(worker))
const ports = new Set(called.agent.addresses().map((uri) => Number(new URL(uri).port)))

/** What the called server and the program were told. */
async function call(from: Side, asked?: string, body?: object): Promise<readonly [unknown, string | null]> {
  const response = await fetch(`${from.sidecar.url}/agents/worker/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(asked === undefined ? {} : { 'vagus-service': asked }) },
    body: JSON.stringify(body ?? { jsonrpc: '2.0', id: 1, method: 'GetTask', params: { id: 'x' } }),
  })
  return [await response.json(), response.headers.get('vagus-service')]
}
const messageWith = (skill: string): object => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'SendMessage',
  params: { message: { messageId: `m-${skill}`, role: 'ROLE_USER', parts: [] }, metadata: { request_type: skill } },
})

describe('a call', () => {
  test('gets what the roster gives the role of its caller, for what it asks', async () => {
    const planner = await side('planner', seeds.planner, {}, [worker])
    assert.deepEqual(await call(planner), ['control', 'control'])
    assert.deepEqual(await call(planner, undefined, messageWith('stop')), ['safety', 'safety'])
    assert.deepEqual(await call(planner, 'telemetry'), ['telemetry', 'telemetry'])
    const [problem] = await call(planner, 'urgent')
    assert.match((problem as { readonly detail: string }).detail, /Vagus-Service is one of safety, control/)
    const [connection] = planner.agent.connected()
    assert.equal(connection!.streamsByClass.get('safety'), 1) // its message may come again, so it is kept a while
    // A newer roster holds for the next call.
    for (const { fleet } of [planner, called]) take(fleet!, [{ role: 'planner', service: 'dialogue' }])
    assert.deepEqual(await call(planner), ['dialogue', 'dialogue'])
    for (const { fleet } of [planner, called]) take(fleet!, rules)
  })
  test('gets no more by claiming it, whatever the side-car of its caller says', async () => {
    const liar = await side('liar', seeds.liar, { roster: 'none', service: 'safety' }, [worker])
    assert.deepEqual(await call(liar), ['call', 'call'])
    assert.deepEqual(await call(liar, 'bulk'), ['bulk', 'bulk'])
  })
})

/** Code points of the packets that `port`s send and get on loopback, over UDP and TCP, IPv4 and IPv6. */
function capture(): {
  readonly seen: (to: 'from' | 'to', protocol: number, version: number) => ReadonlySet<number>
  close(): void
} {
  const socket = openFrameSocket('lo')
  const seen = new Map<string, Set<number>>()
  const take = (): void => {
    for (let frame = socket.receive(); frame !== undefined; frame = socket.receive()) {
      const packet = frame.subarray(frameHeaderOctets + 14)
      const view = new DataView(packet.buffer, packet.byteOffset, packet.length)
      const version = packet[0]! >> 4
      const isV4 = version === 4
      if ((!isV4 && version !== 6) || packet.length < 48) continue
      const protocol = packet[isV4 ? 9 : 6]!
      const at = isV4 ? (packet[0]! & 15) * 4 : 40
      const dscp = isV4 ? packet[1]! >> 2 : (view.getUint16(0) >> 6) & 63
      for (const [how, port] of [
        ['from', view.getUint16(at)],
        ['to', view.getUint16(at + 2)],
      ] as const) {
        if (!ports.has(port)) continue
        const key = `${how} ${protocol} ${version}`
        seen.set(key, (seen.get(key) ?? new Set()).add(dscp))
      }
    }
  }
  const timer = setInterval(take, 5)
  return {
    seen: (to, protocol, version) => {
      take()
      return seen.get(`${to} ${protocol} ${version}`) ?? new Set()
    },
    close() {
      clearInterval(timer)
      socket.close()
    },
  }
}

const [udp, tcp] = [17, 6]

describe('packets', { skip: process.getuid?.() === 0 ? false : 'capturing them needs root' }, () => {
  test('have the code point of the most urgent content of their path, over UDP and TCP', async () => {
    const wire = capture()
    closing.push(() => wire.close())
    const sees = (how: 'from' | 'to', protocol: number, version: number, name: ServiceName): Promise<unknown> =>
      eventually(`packets ${how} the called with the mark of ${name}`, () => {
        const seen = wire.seen(how, protocol, version)
        return seen.has(services[name].dscp) ? seen : undefined
      })
    const liar = await side('liar', newSeeds('liar'), { roster: 'none', service: 'safety' }, [worker])
    assert.match(JSON.stringify(await call(liar)), /no member of the roster/)
    const guest = await side('guest', seeds.guest, { roster: 'none', service: 'safety' }, [worker])
    assert.deepEqual(await call(guest), ['call', 'call'])
    await sees('to', udp, 4, 'safety') // what it marks itself is for routers to judge
    await sees('from', udp, 4, 'call')
    assert.ok(!wire.seen('from', udp, 4).has(services.safety.dscp))
    await call(guest, 'bulk', { filler: 'x'.repeat(3_000_000) })
    await sees('to', tcp, 4, 'bulk')
  })
  test('are marked over IPv6, too', async () => {
    const wire = capture()
    closing.push(() => wire.close())
    const v6 = withAddresses(
      worker,
      called.agent.addresses().filter((uri) => uri.includes('[')),
    )
    called.agent.renew(identityOf(v6))
    const planner = await side('planner', seeds.planner, {}, [v6])
    assert.deepEqual(await call(planner), ['control', 'control'])
    await eventually('marks over IPv6', () => wire.seen('from', udp, 6).has(services.control.dscp) || undefined)
    await eventually('marks over IPv6', () => wire.seen('to', udp, 6).has(services.control.dscp) || undefined)
  })
})
