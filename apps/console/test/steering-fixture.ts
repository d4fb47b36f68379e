/** The borders of the fixture and what was proposed at them: nothing, an open proposal, some that are over. @module */
import { apiVersion } from '@vagus/api'
import type { Approval, Border, Lease, Proposal } from '@vagus/api/steering'
import { borderListSchema, proposalListSchema, proposalResourceSchema } from '@vagus/api/steering'

/** `calm`: nothing was proposed; `troubled`: nothing can be; `older`: by a controller that knows of no borders. */
export type ToldOfBorders = 'older' | 'none' | 'calm' | 'troubled' | 'with proposals'

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString()

/** The resource at a path, or `undefined` for one that is not there. */
export function steeringAnswer(url: URL, told: ToldOfBorders): unknown {
  if (told === 'older') return undefined
  const now = ago(0)
  const all = told === 'with proposals' ? proposals() : []
  if (url.pathname === '/v1/borders')
    return borderListSchema.parse({ apiVersion, kind: 'BorderList', now, items: told === 'none' ? [] : borders(told) })
  if (url.pathname === '/v1/proposals') {
    const state = url.searchParams.get('state')
    const items = all.filter((one) => (state === null ? one.id !== 'transit-2' : one.state === state))
    return proposalListSchema.parse({ apiVersion, kind: 'ProposalList', now, items })
  }
  const found = all.find(({ id }) => url.pathname === `/v1/proposals/${id}`)
  return found && proposalResourceSchema.parse({ apiVersion, kind: 'Proposal', now, ...found })
}

type Link = Border['links'][number]

/** Rates in Mb/s. */
const linkOf = (link: string, device: string, capacity: number, load: number, upper: number | null): Link => ({
  link,
  device,
  interface: 'eth3',
  capacity: capacity * 1e6,
  load: load * 1e6,
  threshold: capacity * (upper === null ? 0.8 : 0.76) * 1e6,
  basis: upper === null ? 'usual' : 'learned',
  upper: upper === null ? null : upper * 1e6,
})

const full = linkOf('transit-1', 'pe-1', 50, 46.5, 51.2)

function borders(told: ToldOfBorders): Border[] {
  const border = { stepSeconds: 60, horizonSeconds: 300, readAt: ago(20) }
  const first = told === 'with proposals' ? full : linkOf('transit-1', 'pe-1', 50, 21, 27.4)
  const unread = linkOf('ix-2', 'pe-3', 100, 0, null)
  return [
    {
      ...border,
      neighbour: 'transit',
      as: 64_600,
      links: [
        first,
        linkOf('transit-2', 'pe-2', 30, 9.2, 12.7),
        { ...linkOf('transit-3', 'pe-4', 20, 5.4, null), ...(told === 'troubled' && { load: null, isDown: true }) },
      ],
      prefixes: prefixes(told === 'with proposals' ? 'transit-3' : null),
      problem: told === 'troubled' ? 'which prefixes enter is not known: pe-1 exports no flows' : null,
      autonomy: { acts: true, because: '6 proposals in a row helped or would have, 5 are needed' },
    },
    {
      ...border,
      neighbour: 'exchange-of-the-city-of-the-north',
      as: null,
      links: [linkOf('ix-1', 'pe-3', 100, 12, 15.4), { ...unread, load: null }],
      prefixes: [],
      problem: 'the load of ix-2 is not known: no counters of pe-3 eth3 arrive',
      autonomy: { acts: false, because: '0 proposals in a row helped or would have, 5 are needed' },
    },
  ]
}

const prefixes = (steeredTo: string | null): Border['prefixes'] => [
  { prefix: '10.20.0.0/16', link: 'transit-2', bitsPerSecond: 6.1e6, steeredTo: null },
  ...Array.from({ length: 9 }, (_, at) => ({
    prefix: at % 3 === 1 ? `2001:db8:${at + 16}::/48` : `10.${at + 16}.0.0/16`,
    link: 'transit-1',
    bitsPerSecond: 14.2e6 / (at + 1.2),
    steeredTo: null,
  })),
  { prefix: '2001:db8:4016::/48', link: 'transit-3', bitsPerSecond: 4.4e6, steeredTo },
]

const move = (prefix: string, bitsPerSecond: number, to: string) => ({ prefix, bitsPerSecond, from: 'transit-1', to })

const lease = (device: string, link: string, med: number | null): Lease => {
  const told = { neighbour: `10.0.${device.slice(3)}.2`, med: 100, asPathLength: 2 }
  return {
    prefix: '10.16.0.0/16',
    device,
    interface: 'eth3',
    link,
    med,
    before: [told, { ...told, neighbour: `2001:db8:${device.slice(3)}::2`, med: null }],
    after:
      med === null
        ? null
        : [
            { ...told, med },
            { ...told, neighbour: `2001:db8:${device.slice(3)}::2`, med },
          ],
  }
}

/** Of an hour, of which so many seconds are over. */
const inForce = (seconds: number): Approval => ({
  by: 'operator',
  state: 'in-force',
  at: ago(seconds),
  until: ago(seconds - 3600),
  leases: [lease('pe-4', 'transit-3', 200), lease('pe-2', 'transit-2', null), lease('pe-1', 'transit-1', 200)],
  endedAt: null,
  because: null,
})

/** Newest first; transit-2 is of days ago. */
function proposals(): Proposal[] {
  const open: Proposal = {
    id: 'transit-7',
    neighbour: 'transit',
    state: 'open',
    openedAt: ago(200),
    endedAt: null,
    because: [full],
    moves: [move('10.16.0.0/16', 11.8e6, 'transit-2')],
    classes: [
      { prefix: '10.16.0.0/16', device: 'pe-1', interface: 'eth3', link: 'transit-1', class: 4 },
      { prefix: '10.16.0.0/16', device: 'pe-4', interface: 'eth3', link: 'transit-3', class: 4 },
      { prefix: '10.16.0.0/16', device: 'pe-2', interface: 'eth3', link: 'transit-2', class: null },
    ],
    expected: [
      { link: 'transit-1', before: 46.5e6, after: 34.7e6 },
      { link: 'transit-2', before: 9.2e6, after: 21e6 },
      { link: 'transit-3', before: 5.4e6, after: 5.4e6 },
    ],
    rejected: [
      { move: move('10.16.0.0/16', 11.8e6, 'transit-3'), because: 'would fill transit-3 to 86 %' },
      { move: move('2001:db8:17::/48', 6.5e6, 'transit-2'), because: 'moved 4 minutes ago' },
      { move: move('10.18.0.0/16', 4.4e6, 'transit-2'), because: 'the neighbour ignored it before' },
    ],
    approval: null,
    outcome: null,
  }
  const over = (id: string, state: Proposal['state'], hours: number): Proposal => ({
    ...open,
    id,
    state,
    openedAt: ago(hours * 3600),
    endedAt: ago(hours * 3600 - 1500),
  })
  const measured = (id: string, hours: number): Proposal => ({
    ...over(id, 'measured', hours),
    moves: [move('2001:db8:16::/48', 4.4e6, 'transit-2'), move('10.16.0.0/16', 9.6e6, 'transit-3')],
    rejected: [],
    approval: {
      ...inForce(hours * 3600 - 60),
      by: 'vagus',
      state: 'ended',
      endedAt: ago(hours * 3600 - 2400),
      because: 'pe-4 has it no more: its session with the router ended 2 s ago',
    },
    outcome: {
      seconds: 900,
      links: [
        { link: 'transit-1', peak: 35.1e6, otherPeak: 48.4e6, secondsAbove: 0, otherSecondsAbove: 780 },
        { link: 'transit-2', peak: 13.3e6, otherPeak: 9.9e6, secondsAbove: 0, otherSecondsAbove: 0 },
        { link: 'transit-9', peak: 1.2e6, otherPeak: 1.2e6, secondsAbove: 0, otherSecondsAbove: 0 },
      ],
    },
  })
  const relieved: Proposal = {
    ...over('transit-5', 'relieved', 9),
    approval: null,
    outcome: {
      seconds: 540,
      links: [{ link: 'transit-1', peak: 46.9e6, otherPeak: 35.3e6, secondsAbove: 120, otherSecondsAbove: 0 }],
    },
  }
  return [
    { ...over('transit-8', 'taken', 0.01), openedAt: ago(90), endedAt: null, approval: inForce(60) },
    open,
    measured('transit-6', 3.5),
    relieved,
    over('transit-4', 'outdated', 19),
    measured('transit-2', 60),
  ]
}
