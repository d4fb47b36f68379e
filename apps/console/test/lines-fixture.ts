/** The private lines of the fixture: none, or one of each kind. @module */
import { apiVersion } from '@vagus/api'
import { type Line, lineListSchema, type LineMinute, lineResourceSchema } from '@vagus/api/lines'

/** `not configured`: the controller lays none. */
export type ToldOfLines = 'not configured' | 'none' | 'some'

const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()

export function linesAnswer(url: URL, told: ToldOfLines): unknown {
  if (told === 'not configured') return undefined
  const now = at(0)
  const all = told === 'some' ? lines() : []
  if (url.pathname === '/v1/lines') return lineListSchema.parse({ apiVersion, kind: 'LineList', now, items: all })
  const found = all.find(({ id }) => url.pathname === `/v1/lines/${id}`)
  const more = { considered: [], minutes: found?.last === null ? [] : minutes(), proof: null }
  return found && lineResourceSchema.parse({ apiVersion, kind: 'Line', now, ...found, ...more })
}

const minuteBack = (back: number): LineMinute => {
  const began = Math.floor(Date.now() / 60_000) * 60_000 - back * 60_000
  return {
    at: new Date(began).toISOString(),
    seconds: 60,
    delivered: { forth: (17 + 3 * Math.sin(back / 3)) * 1e6, back: (4 + (back % 5)) * 1e6 },
    dropped: { forth: back % 7, back: 0 },
    roundTripMs: { p50: 0.12, p99: 0.41 },
    probes: { sent: 1200, lost: back === 0 ? 3 : 0 },
  }
}
/** Of half an hour, without two in which the controller was away. */
const minutes = (): LineMinute[] =>
  Array.from({ length: 30 }, (_, back) => minuteBack(29 - back)).filter((_, index) => index !== 11 && index !== 12)

function lines(): Line[] {
  const hops = [
    { link: 'edge-1-core-1', from: 'edge-1', to: 'core-1' },
    { link: 'core-1-edge-2', from: 'core-1', to: 'edge-2' },
  ]
  const active: Line = {
    id: 'line-7',
    from: 'dc-east',
    to: 'dc-west',
    bitsPerSecond: 20e6,
    onTheWire: 21.3e6,
    start: at(-1800),
    end: at(1805),
    by: { kind: 'agent', id: 'did:key:z6MkWriter', name: 'writer' },
    state: 'active',
    since: at(-1799),
    because: 'all 3 routers hold it',
    path: { hops, delayMs: 0.2, free: 14.7e6, problem: null },
    number: 7,
    setUpMs: 212,
    moves: 1,
    protection: {
      state: 'ready',
      hops: [
        { link: 'edge-1-core-2', from: 'edge-1', to: 'core-2' },
        { link: 'core-2-edge-2', from: 'core-2', to: 'edge-2' },
      ],
      because: 'all its routers hold it',
    },
    steered: true,
    last: minuteBack(0),
  }
  return [
    active,
    { ...active, id: 'line-6', to: 'factory', protection: null, steered: false },
    {
      ...active,
      id: 'line-5',
      state: 'failed',
      because: 'core-1 does not hold it: eth2 has 4 Mb/s free; what 2 others held was released',
      path: null,
      number: null,
      setUpMs: null,
      moves: 0,
      steered: null,
      last: null,
    },
  ]
}
