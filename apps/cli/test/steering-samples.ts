/** A border of three links and its proposals, as a controller answers them. */
import type {
  Approval,
  ApprovalResource,
  Border,
  BorderList,
  Lease,
  Proposal,
  ProposalList,
  ProposalResource,
} from '@vagus/api/steering'

const steeringNow = '2026-11-03T12:41:07.000Z'
const apiVersion = 'vagus/v1'

const link = (
  name: string,
  device: string,
  capacity: number,
  [load, threshold, upper]: readonly (number | null)[],
): Border['links'][number] => ({
  link: name,
  device,
  interface: 'eth3',
  capacity,
  load: load ?? null,
  threshold: threshold!,
  basis: load === null ? 'usual' : 'learned',
  upper: upper ?? null,
})
const full = link('pe-1-tr-1', 'pe-1', 30e6, [27.9e6, 22.4e6, 31.2e6])

export const borderList: BorderList = {
  apiVersion,
  kind: 'BorderList',
  now: steeringNow,
  items: [
    {
      neighbour: 'transit',
      as: 64600,
      stepSeconds: 60,
      horizonSeconds: 300,
      readAt: '2026-11-03T12:40:47.000Z',
      links: [
        full,
        link('pe-2-tr-1', 'pe-2', 20e6, [3.3e6, 16.8e6, 5.12e6]),
        { ...link('pe-4-tr-2', 'pe-4', 14e6, [null, 11.2e6, null]), isDown: true },
      ],
      prefixes: [
        { prefix: '10.20.0.0/16', link: 'pe-2-tr-1', bitsPerSecond: 3.1e6, steeredTo: null },
        { prefix: '2001:db8:16::/48', link: 'pe-1-tr-1', bitsPerSecond: 4.4e6, steeredTo: null },
        { prefix: '10.16.0.0/16', link: 'pe-1-tr-1', bitsPerSecond: 9.6e6, steeredTo: 'pe-2-tr-1' },
      ],
      problem: null,
      autonomy: { acts: true, because: '6 proposals in a row helped or would have, 5 are needed' },
    },
    {
      neighbour: 'exchange-of-the-city',
      as: null,
      stepSeconds: 60,
      horizonSeconds: 300,
      readAt: '2026-11-03T12:40:47.000Z',
      links: [link('ix-1', 'pe-3', 100e6, [12e6, 80e6, 15.4e6]), link('ix-2', 'pe-3', 100e6, [0, 80e6, 0])],
      prefixes: [],
      problem: 'the rates of prefixes are not known: the flow store did not answer within 5 s',
      autonomy: { acts: false, because: '0 proposals in a row helped or would have, 5 are needed' },
    },
  ],
}

/** Of the links that there are now. */
export const capacities = new Map(
  borderList.items.flatMap(({ links }) => links.map((one) => [one.link, one.capacity] as const)),
)

const move = (prefix: string, bitsPerSecond: number, to = 'pe-2-tr-1') => ({
  prefix,
  bitsPerSecond,
  from: 'pe-1-tr-1',
  to,
})

export const open: Proposal = {
  id: 'transit-7',
  neighbour: 'transit',
  state: 'open',
  openedAt: '2026-11-03T12:37:47.000Z',
  endedAt: null,
  because: [full],
  moves: [move('10.16.0.0/16', 9.6e6)],
  classes: [
    { prefix: '10.16.0.0/16', device: 'pe-1', interface: 'eth3', link: 'pe-1-tr-1', class: 4 },
    { prefix: '10.16.0.0/16', device: 'pe-4', interface: 'eth3', link: 'pe-4-tr-2', class: 4 },
    { prefix: '10.16.0.0/16', device: 'pe-2', interface: 'eth3', link: 'pe-2-tr-1', class: null },
  ],
  expected: [
    { link: 'pe-1-tr-1', before: 27.9e6, after: 18.3e6 },
    { link: 'pe-2-tr-1', before: 3.3e6, after: 12.9e6 },
    { link: 'pe-4-tr-2', before: 1.2e6, after: 1.2e6 },
  ],
  rejected: [
    { move: move('10.16.0.0/16', 9.6e6, 'pe-4-tr-2'), because: 'would fill pe-4-tr-2 to 77 %, above its threshold' },
    {
      move: move('10.19.0.0/16', 7.2e6),
      because:
        'moved 4 minutes ago, and a prefix that moves again so soon makes the neighbour change its routes without need',
    },
  ],
  approval: null,
  outcome: null,
}

const told = (neighbour: string, med: number | null, asPathLength: number | null = 2) => ({
  neighbour,
  med,
  asPathLength,
})
const lease = (device: string, link: string, med: number | null, more: Pick<Lease, 'before' | 'after'>): Lease => ({
  prefix: '10.16.0.0/16',
  device,
  interface: 'eth3',
  link,
  med,
  ...more,
})

/** Of `open`: two links are made worse, and the third one stays as it is. */
export const inForce: Approval = {
  by: 'operator',
  state: 'in-force',
  at: '2026-11-03T12:40:02.000Z',
  until: '2026-11-03T13:40:02.000Z',
  leases: [
    lease('pe-4', 'pe-4-tr-2', 200, { before: [told('10.0.4.2', 100)], after: [told('10.0.4.2', 200)] }),
    lease('pe-2', 'pe-2-tr-1', null, { before: [told('10.0.2.2', 100)], after: null }),
    lease('pe-1', 'pe-1-tr-1', 200, {
      before: [told('10.0.1.2', 100), told('2001:db8:1::2', null, null)],
      after: [told('10.0.1.2', 200), told('2001:db8:1::2', 200, null)],
    }),
  ],
  endedAt: null,
  because: null,
}
export const possible: Approval = {
  ...inForce,
  state: 'possible',
  leases: inForce.leases.map((one) => ({ ...one, after: null })),
}
export const ended: Approval = {
  ...inForce,
  by: 'vagus',
  state: 'ended',
  endedAt: '2026-11-03T12:52:32.000Z',
  because: 'pe-4 has it no more: its session with the router ended',
}

/** Of `ended`: its agent does not answer. */
export const owing: Approval = {
  ...ended,
  owed: [
    { prefix: '10.16.0.0/16', device: 'pe-1', interface: 'eth3', link: 'pe-1-tr-1', until: '2026-11-03T13:40:02.000Z' },
  ],
}

export const measured: Proposal = {
  ...open,
  id: 'transit-6',
  state: 'measured',
  openedAt: '2026-11-03T09:12:07.000Z',
  endedAt: '2026-11-03T09:24:07.000Z',
  moves: [move('2001:db8:16::/48', 4.4e6), move('10.16.0.0/16', 9.6e6, 'pe-4-tr-2')],
  rejected: [],
  approval: {
    ...ended,
    at: '2026-11-03T09:13:02.000Z',
    until: '2026-11-03T10:13:02.000Z',
    endedAt: '2026-11-03T09:52:32.000Z',
  },
  outcome: {
    seconds: 300,
    links: [
      { link: 'pe-1-tr-1', peak: 18.6e6, otherPeak: 28.9e6, secondsAbove: 0, otherSecondsAbove: 240 },
      { link: 'pe-2-tr-1', peak: 13.3e6, otherPeak: 3.9e6, secondsAbove: 0, otherSecondsAbove: 0 },
      { link: 'pe-9-gone', peak: 1.2e6, otherPeak: 1.2e6, secondsAbove: 0, otherSecondsAbove: 0 },
    ],
  },
}

/** Approved, and in force. */
export const taken: Proposal = { ...open, id: 'transit-8', state: 'taken', approval: inForce }

const relieved: Proposal = {
  ...open,
  id: 'transit-5',
  state: 'relieved',
  openedAt: '2026-11-02T18:00:07.000Z',
  endedAt: '2026-11-02T18:09:07.000Z',
  approval: null,
  outcome: {
    seconds: 540,
    links: [{ link: 'pe-1-tr-1', peak: 27.9e6, otherPeak: 18.3e6, secondsAbove: 120, otherSecondsAbove: 0 }],
  },
}

export const proposalList: ProposalList = {
  apiVersion,
  kind: 'ProposalList',
  now: steeringNow,
  items: [taken, open, measured, relieved],
}

export const resourceOf = (proposal: Proposal): ProposalResource => ({
  apiVersion,
  kind: 'Proposal',
  now: steeringNow,
  ...proposal,
})

export const approvalOf = ({ id }: Pick<Proposal, 'id'>, approval: Approval): ApprovalResource => ({
  apiVersion,
  kind: 'Approval',
  proposal: id,
  ...approval,
})
