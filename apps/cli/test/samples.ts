/** Resources as a controller of the lab answers them; each test that draws one first checks it against the contract. */
import type {
  BgpDiff,
  BgpPath,
  BgpPeerList,
  BgpRoutes,
  Device,
  DeviceList,
  Exporter,
  ExporterList,
  FlowTop,
  Link,
  LinkList,
  Matrix,
  NeighbourList,
  Status,
} from '@vagus/api'

const apiVersion = 'vagus/v1'
const window = { from: '2026-11-03T12:40:07.000Z', to: '2026-11-03T12:41:07.000Z', seconds: 60 }

export const status: Status = {
  apiVersion,
  kind: 'Status',
  domain: 'metro',
  as: 64512,
  substrate: 'frr-userns',
  version: '0.1.0',
  now: '2026-11-03T12:41:08.200Z',
  startedAt: '2026-11-03T12:28:48.000Z',
  ready: true,
  devices: { total: 6, exporting: 5, silent: 1 },
  links: { total: 14, down: 1, busiest: { name: 'transit-1', utilisation: 0.831 } },
  sites: 6,
  flows: { records: 812_331, recordsPerSecond: 1432.4, lost: 12, lastAt: '2026-11-03T12:41:07.900Z' },
  traffic: { window, bitsPerSecond: 41_234_567, ipv6Share: 0.384, coverage: 0.9912 },
  store: {
    state: 'ok',
    records: 812_331,
    octets: 12_100_000,
    oldest: '2026-11-03T12:28:50.000Z',
    lagSeconds: 1.84,
    disk: { folder: '/elsewhere', freeOctets: 1e6 },
  },
  quality: [
    {
      severity: 'error',
      kind: 'silent',
      subject: 'pe-3',
      problem: 'has exported nothing for 34 s; its traffic is missing from every figure',
      fix: 'vagus exporter ls   (then look at softflowd on pe-3)',
    },
    {
      severity: 'warning',
      kind: 'other',
      subject: 'pe-4',
      problem: 'exports netflow5, which cannot carry IPv6: its IPv6 traffic is not seen',
      fix: 'export IPFIX or NetFlow version 9: vagus cheat ipfix',
    },
  ],
}

const sites = ['dc-east', 'dc-west', 'factory', 'field', 'office', 'transit']
const megabits = [
  [0, 9.71, 4.12, 0.31, 3.4, 5.25],
  [8.6, 0, 2.2, 0.04, 1.07, 4.4],
  [3.3, 1.9, 0, 0, 0.6, 0.8],
  [0.2, 0.1, 0.02, 0, 0, 0.4],
  [2.2, 1.5, 0.5, 0.1, 0, 6.61],
  [12.3, 9.9, 1.4, 0.9, 14.2, 0],
]
export const matrix: Matrix = {
  apiVersion,
  kind: 'Matrix',
  window,
  between: 'sites',
  version: 'all',
  names: sites,
  bitsPerSecond: megabits.map((row) => row.map((each) => each * 1e6)),
  ipv6Share: megabits.map((row, source) => row.map((each, sink) => (each === 0 ? null : ((source + sink) % 10) / 10))),
  total: 96_030_000,
  unresolved: 310_000,
  coverage: 0.9912,
}

const item = (src: string, dst: string, octets: number): FlowTop['items'][number] => ({
  key: { src, dst },
  octets,
  packets: Math.round(octets / 900),
  flows: 12,
  bitsPerSecond: (octets * 8) / 60,
  share: octets / 309e6,
  error: 0,
})
export const flowTop: FlowTop = {
  apiVersion,
  kind: 'FlowTop',
  window,
  by: ['src', 'dst'],
  method: 'exact',
  coverage: 0.9912,
  total: { octets: 309_000_000, packets: 343_333, flows: 9_121, bitsPerSecond: 41_200_000 },
  items: [
    item('10.20.1.17', '10.40.0.9', 24_300_000),
    item('2001:db8:20:1:a8bb:ccff:fe00:1234', '2001:db8:40:0:a8bb:ccff:fe00:9', 18_100_000),
    item('198.51.100.7', '10.10.3.2', 900),
  ],
}

const way = (rate: number | null, capacity: number): Link['aToZ'] => ({
  bitsPerSecond: rate,
  utilisation: rate === null ? null : rate / capacity,
  fromFlows: rate,
  fromCounters: rate === null ? null : rate * 1.01,
  now: rate,
  coverage: rate === null ? null : 0.99,
})
const link = (name: string, a: string, z: string, capacity: number, rates: readonly (number | null)[]): Link => ({
  name,
  a: { node: a, interface: 'eth1' },
  z: { node: z, interface: null },
  capacity,
  state: rates[0] === null ? 'down' : 'up',
  aToZ: way(rates[0]!, capacity),
  zToA: way(rates[1]!, capacity),
})
export const linkList: LinkList = {
  apiVersion,
  kind: 'LinkList',
  window,
  items: [
    link('transit-1', 'pe-1', 'transit', 50e6, [12.1e6, 41.6e6]),
    link('transit-2', 'pe-2', 'transit', 30e6, [3.3e6, 29.4e6]),
    link('pe-1-p-1', 'pe-1', 'p-1', 100e6, [44.4e6, 0]),
    link('pe-3-p-2', 'pe-3', 'p-2', 100e6, [null, null]),
    link('a-link-with-a-rather-long-name', 'pe-4', 'dc-west', 20e6, [1.2e6, 123]),
  ],
}

const device = (name: string, state: Device['state'], more: Partial<Device> = {}): Device => ({
  name,
  role: name.startsWith('pe') ? 'edge' : 'core',
  address: `10.255.0.${name.charCodeAt(name.length - 1) - 48}`,
  state,
  lastAt: state === 'never' ? null : '2026-11-03T12:41:06.700Z',
  recordsPerSecond: state === 'exporting' ? 238.2 : 0,
  lostShare: state === 'never' ? null : 0,
  samplingRate: 1,
  clock: { behindSeconds: 0, isWrong: false },
  protocols: state === 'never' ? [] : ['ipfix', 'sflow5'],
  counters: state !== 'never',
  coverage: state === 'exporting' ? 0.991 : null,
  interfaces: [
    { name: 'eth0', index: 2, site: 'office', state: 'up', inBitsPerSecond: 4.1e6, outBitsPerSecond: 2.2e6 },
    { name: 'eth1', index: 3, site: null, state: 'down', inBitsPerSecond: null, outBitsPerSecond: null },
  ],
  ...more,
})
export const deviceList: DeviceList = {
  apiVersion,
  kind: 'DeviceList',
  now: '2026-11-03T12:41:08.000Z',
  window,
  items: [
    device('pe-1', 'exporting'),
    device('pe-2', 'exporting', { lostShare: 0.021, samplingRate: 1000 }),
    device('pe-3', 'silent', { lastAt: '2026-11-03T12:40:30.000Z' }),
    device('p-1', 'never', { samplingRate: null }),
  ],
}

const exporter = (more: Partial<Exporter>): Exporter => ({
  address: '10.255.0.1',
  port: 41_233,
  domain: 0,
  protocol: 'ipfix',
  device: 'pe-1',
  firstAt: '2026-11-03T12:28:50.000Z',
  lastAt: '2026-11-03T12:41:06.700Z',
  datagrams: 12_331,
  records: 171_220,
  templates: 4,
  parked: 0,
  givenUp: 0,
  undecoded: 0,
  malformed: 0,
  lost: { units: 0, unit: 'records', rule: 'records including the message', share: 0 },
  sampling: { rate: 1, from: 'options' },
  clock: { behindSeconds: 0, isWrong: false },
  ...more,
})
export const exporterList: ExporterList = {
  apiVersion,
  kind: 'ExporterList',
  now: '2026-11-03T12:41:08.000Z',
  items: [
    exporter({}),
    exporter({ port: 6343, protocol: 'sflow5', domain: 1, sampling: null }),
    exporter({
      device: null,
      address: '2001:db8::99',
      protocol: 'netflow9',
      lost: { units: 120, unit: 'datagrams', rule: 'datagrams', share: 0.0123 },
      malformed: 3,
      sampling: { rate: 512, from: 'record' },
      lastAt: '2026-11-03T12:36:06.700Z',
    }),
  ],
}

export const bgpPeers: BgpPeerList = {
  apiVersion,
  kind: 'BgpPeerList',
  device: 'a0',
  as: 64512,
  identifier: '10.0.0.2',
  now: '2026-11-03T12:41:08.200Z',
  items: [
    {
      name: 'router',
      address: '10.0.0.1',
      as: 64512,
      group: null,
      state: 'established',
      since: '2026-11-03T12:28:48.000Z',
      session: {
        localAddress: '10.0.0.2',
        identifier: '10.0.0.1',
        holdTime: 90,
        families: ['ipv4-unicast', 'ipv6-unicast'],
        gracefulRestart: 'negotiated',
        refresh: 'enhanced',
        capabilities: [73],
      },
      received: { 'ipv4-unicast': 912_331, 'ipv6-unicast': 201_007 },
      announced: { 'ipv4-unicast': 1 },
      messagesIn: 231_008,
      unsendable: 0,
      messagesOut: 57,
      flaps: 0,
      faults: 0,
      lastReason: null,
    },
    {
      name: 'agent-b0',
      address: '2001:db8::b0',
      as: 64513,
      group: 'agents',
      state: 'active',
      since: '2026-11-03T12:40:58.000Z',
      session: null,
      received: { 'link-state': 0 },
      announced: {},
      messagesIn: 14,
      unsendable: 0,
      messagesOut: 12,
      flaps: 1,
      faults: 2,
      lastReason: 'received NOTIFICATION 6/2 "maintenance until 14:00"',
    },
  ],
}

const path = (more: Partial<BgpPath>): BgpPath => ({
  pathId: null,
  stale: false,
  origin: 'igp',
  asPath: '64513 3320',
  nextHop: '10.1.0.2',
  localPref: 100,
  med: null,
  communities: ['64513:300'],
  linkBandwidth: null,
  unknown: [],
  ...more,
})

export const bgpRoutes: BgpRoutes = {
  apiVersion,
  kind: 'BgpRoutes',
  device: 'a0',
  table: 'rib',
  family: 'ipv4-unicast',
  total: 912_331,
  next: 3,
  items: [
    { prefix: '198.18.0.0/24', peer: 'router', paths: [path({ med: 10 })] },
    { prefix: '198.18.1.0/24', peer: 'router', paths: [path({ asPath: '64513 {3320 1299}', origin: 'incomplete' })] },
    { prefix: '203.0.113.0/24', peer: 'agent-b0', paths: [path({ stale: true, nextHop: '192.0.2.255' })] },
  ],
}

export const bgpDiff: BgpDiff = {
  apiVersion,
  kind: 'BgpDiff',
  device: 'a0',
  before: 'bmp/10.0.0.1/10.1.0.2/pre-policy',
  after: 'bmp/10.0.0.1/10.1.0.2/post-policy',
  family: 'ipv4-unicast',
  total: 2,
  items: [
    { prefix: '198.18.0.0/24', before: path({}), after: path({ localPref: 200, med: 50 }) },
    { prefix: '10.0.0.0/8', before: path({ asPath: '64513' }), after: null },
  ],
}

export const neighbourList: NeighbourList = {
  apiVersion,
  kind: 'NeighbourList',
  now: '2026-11-03T12:41:07.000Z',
  interfaces: ['eth0', 'eth1'],
  items: [
    ['pe-2', 'eth0', 'fe80::12', '2026-11-03T12:41:04.000Z'],
    ['pe-1', 'eth0', 'fe80::11', '2026-11-03T12:40:30.000Z'],
    ['pe-1', 'eth1', 'fe80::21', '2026-11-03T12:40:30.000Z'],
  ].map(([agent = '', link = '', address = '', lastAt = '']) => ({
    agent,
    skills: ['link-counters'],
    protocols: ['grasp'],
    interface: link,
    locator: `[${address}%${link}]:40123`,
    firstAt: '2026-11-03T12:28:50.000Z',
    lastAt,
    expiresAt: '2026-11-03T12:44:00.000Z',
  })),
}
