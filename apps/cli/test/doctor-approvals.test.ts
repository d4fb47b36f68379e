import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Device } from '@vagus/api'
import type { DeviceAgent } from '@vagus/api/telemetry'
import { type Approving, approvalChecks } from '../src/doctor/approvals.ts'
import { deviceList } from './samples.ts'
import { borderList } from './steering-samples.ts'

const idOf = (name: string): string => `did:key:z6Mk${name}`
const controller = idOf('controller')
const [some] = deviceList.items as [Device]
const names = ['pe-1', 'pe-2', 'pe-3', 'pe-4']
const isAtBorder = { listen: '192.0.2.10:7600', agent: { name: 'controller', listen: ['udp://192.0.2.10:7602'] } }

/** What a device agent says of who steers it. */
const steering = (name: string, more: Partial<NonNullable<DeviceAgent['steering']>> = {}) => ({
  device: name,
  answer: {
    steering: {
      id: idOf(name),
      by: controller,
      state: 'connected',
      since: '2026-11-03T12:00:00Z',
      problem: null,
      bounds: { meds: [200], leaseSeconds: 3600, prefixes: [] },
      leases: [],
      ...more,
    },
  } as unknown as DeviceAgent, // sound: nothing else is read
})

/** Nothing is wrong: one device is on this host, the others are elsewhere. */
const fine: Approving = {
  config: {
    ...isAtBorder,
    devices: names.map((name) => ({
      name,
      role: 'edge',
      address: '192.0.2.1',
      sources: [],
      interfaces: [],
      id: idOf(name),
    })),
  },
  devices: {
    items: names.map((name) => ({
      ...some,
      name,
      agent: { id: idOf(name), connectedSince: '2026-11-03T12:00:00Z' },
    })),
  },
  borders: borderList,
  id: controller,
  asked: [steering('pe-1')],
}
const without = (key: 'id' | 'connection', ...devices: readonly string[]): Approving => ({
  ...fine,
  config: {
    ...fine.config,
    devices: fine.config.devices.map(({ id, ...one }) =>
      key === 'id' && devices.includes(one.name) ? one : { ...one, id },
    ),
  },
  devices: {
    items: fine.devices.items.map((one) =>
      devices.includes(one.name) ? { ...one, agent: { id: idOf(one.name), connectedSince: null } } : one,
    ),
  },
})

const local = (approving: Approving): Approving => ({
  ...approving,
  config: { ...approving.config, listen: '127.0.0.1:7600' },
})

test('all is well where every device at a border can be asked, and nothing is said without borders', () => {
  assert.deepEqual(approvalChecks(fine), [
    { check: 'approvals', state: 'ok', found: 'the agents of all 4 devices at borders are connected', fix: '' },
  ])
  assert.deepEqual(approvalChecks({ ...fine, borders: { items: [] } }), [])
})

const faults: readonly (readonly [string, Approving, RegExp, RegExp])[] = [
  [
    'a controller without an agent',
    { ...fine, config: { ...fine.config, agent: undefined }, id: undefined },
    /^warn no proposal can be approved: the controller has no agent/,
    /^in vagus\.yaml, agent: \{ listen: \['udp:\/\/ADDRESS:7602'\] \}/,
  ],
  [
    'devices elsewhere without an id, once for all',
    without('id', 'pe-2', 'pe-4'),
    /^warn pe-2, pe-4: .* vagus\.yaml has no id of its agent$/,
    /^vagus device … --steered-by did:key:z6Mkcontroller --api URL/,
  ],
  [
    'a device here whose id is not in vagus.yaml, with the id',
    without('id', 'pe-1'),
    /^fail pe-1: vagus\.yaml has no id of its agent$/,
    /^in vagus\.yaml, at pe-1: id: did:key:z6Mkpe-1; then kill -HUP/,
  ],
  [
    'an id that the agent of the device does not have',
    { ...fine, asked: [steering('pe-1', { id: idOf('new') })] },
    /^fail pe-1: vagus\.yaml has did:key:z6Mkpe-1, which is not the id of its agent$/,
    /at pe-1: id: did:key:z6Mknew;/,
  ],
  [
    'an agent that obeys another controller',
    { ...fine, asked: [steering('pe-1', { by: idOf('other') })] },
    /^fail pe-1: its agent obeys did:key:z6Mkother, which is not this controller$/,
    /--steered-by did:key:z6Mkcontroller/,
  ],
  [
    'an agent that is not connected, and why as far as it says',
    { ...without('connection', 'pe-1'), asked: [steering('pe-1', { problem: 'no answer of 192.0.2.10:7602' })] },
    /^fail pe-1: its agent is not connected to that of the controller: no answer of 192\.0\.2\.10:7602$/,
    /^vagus device show pe-1$/,
  ],
  [
    'an agent elsewhere that is not connected',
    without('connection', 'pe-3'),
    /^fail pe-3: its agent is not connected to that of the controller$/,
    /^vagus device show pe-3 --socket PATH {3}\(on its host\)$/,
  ],
  [
    'an agent elsewhere that cannot look the controller up, because that listens for its own host only',
    local(without('connection', 'pe-3')),
    /^fail pe-3: its agent is not connected/,
    /\(on its host\); on another host it needs a URL that it reaches, and "listen" is 127\.0\.0\.1:7600: /,
  ],
  [
    'the same before there is an id',
    local(without('id', 'pe-3')),
    /^warn pe-3: .* vagus\.yaml has no id of its agent$/,
    /for devices\.id; on another host it needs a URL that it reaches/,
  ],
]
for (const [what, approving, found, fix] of faults)
  test(`the doctor finds ${what}`, () => {
    const [check, ...more] = approvalChecks(approving)
    assert.deepEqual(more, [])
    assert.match(`${check!.state} ${check!.found}`, found)
    assert.match(check!.fix, fix)
  })
