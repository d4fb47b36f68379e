/** Private lines as a controller answers them. */
import type { Line, LineList, LineMinute, LinePath, LineQuote, LineResource } from '@vagus/api/lines'

const apiVersion = 'vagus/v1'
export const linesNow = '2026-11-03T12:41:07.000Z'

const over = (...nodes: readonly string[]): LinePath['hops'] =>
  nodes.slice(1).map((to, at) => ({ link: `${nodes[at]!}-${to}`, from: nodes[at]!, to }))

const first: LinePath = { hops: over('pe-3', 'p-1', 'pe-4'), delayMs: 0.2, free: 36e6, problem: null }
const second: LinePath = { hops: over('pe-3', 'p-2', 'pe-4'), delayMs: null, free: 36e6, problem: null }
const full: LinePath = { ...second, free: 4e6, problem: 'p-2-pe-4 has 4 Mb/s left for lines, 21.4 Mb/s are needed' }

export const minute: LineMinute = {
  at: '2026-11-03T12:40:00.000Z',
  seconds: 60,
  delivered: { forth: 19.9e6, back: 1.24e6 },
  dropped: { forth: 12, back: 0 },
  roundTripMs: { p50: 0.118, p99: 0.412 },
  probes: { sent: 1200, lost: 3 },
}

const ordered = {
  from: 'dc-east',
  to: 'dc-west',
  bitsPerSecond: 20e6,
  onTheWire: 21.3e6,
  start: '2026-11-03T12:11:07.000Z',
  end: '2026-11-03T13:11:07.000Z',
}

const active: Line = {
  id: 'line-3',
  ...ordered,
  by: { kind: 'operator', id: null, name: null },
  state: 'active',
  since: '2026-11-03T12:11:07.212Z',
  because: 'all 3 routers hold it',
  path: first,
  number: 7,
  setUpMs: 212,
  moves: 1,
  protection: { state: 'ready', hops: second.hops, because: 'all its routers hold it' },
  steered: true,
  last: minute,
}
const agent = { kind: 'agent', id: 'did:key:z6MkwriterwriterWriter', name: 'writer' } as const
const past: Line = {
  ...active,
  id: 'line-4',
  by: agent,
  to: 'factory',
  protection: { state: 'missing', hops: [], because: 'p-2-pe-4 is down' },
  steered: false,
  last: { ...minute, roundTripMs: null },
}
const booked: Line = {
  ...active,
  id: 'line-5',
  state: 'booked',
  since: '2026-11-03T12:30:00.000Z',
  start: '2026-11-04T03:00:00.000Z',
  end: '2026-11-04T05:00:00.000Z',
  because: 'its room is kept free',
  number: null,
  setUpMs: null,
  moves: 0,
  protection: null,
  steered: null,
  last: null,
}
const failed: Line = {
  ...booked,
  id: 'line-2',
  state: 'failed',
  path: null,
  because: 'p-1 does not hold it: eth2 has 4 Mb/s free (RESOURCE); what 2 others held was released',
}

export const lineList: LineList = { apiVersion, kind: 'LineList', now: linesNow, items: [booked, past, active, failed] }

export const lineResourceOf = (line: Line): LineResource => ({
  apiVersion,
  kind: 'Line',
  now: linesNow,
  ...line,
  considered: [first, second],
  minutes: line.last === null ? [] : [line.last],
  proof: line.last === null ? null : 'e30.e30.AA',
})
export const lines = { active, past, booked, failed }

export const possibleQuote: LineQuote = {
  apiVersion,
  kind: 'LineQuote',
  ...ordered,
  possible: true,
  because: 'the path with the fewest hops has room',
  alternative: null,
  path: 0,
  protection: null,
  considered: [first, second],
}
export const refusedQuote: LineQuote = {
  ...possibleQuote,
  possible: false,
  because: 'no path has 21.3 Mb/s left for lines until 13:11Z',
  alternative: '3.75 Mb/s in this time, or 20 Mb/s from 2026-11-03T14:00Z on',
  path: null,
  considered: [full],
}
