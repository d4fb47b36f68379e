/** Which figures a day has: where each is in the report of its part, what stands beside it there, and what the aim is. @module */
import type { Parts } from './parts.ts'
import type { Unit } from './values.ts'

/** What it is compared with is the value beside it where there is no limit. */
export type Aim = { readonly is: 'at most' | 'at least'; readonly limit: number } | { readonly is: 'less than beside' }

interface Spec<Part extends keyof Parts> {
  readonly what: string
  readonly unit: Unit
  readonly ours: (report: Parts[Part]) => number | null | undefined
  readonly beside?: { readonly what: string; readonly of: (report: Parts[Part]) => number | null | undefined }
  readonly aim?: Aim
}

export interface Group<Part extends keyof Parts> {
  readonly part: Part
  readonly title: string
  readonly specs: readonly Spec<Part>[]
}

const none: Aim = { is: 'at most', limit: 0 }
/** Milliseconds: hold time of the sessions between routers and the agents beside them (RFC 4271 §4.2). */
const holdTime = 9000

const fullest = ({ links }: Parts['steer']['stretches']['usual']): number =>
  Math.max(...links.map(({ mean, capacity }) => mean / capacity))

export const border: Group<'steer'> = {
  part: 'steer',
  title: 'A border link that fills',
  specs: [
    {
      what: 'packets lost in the surge',
      unit: 'share',
      ours: ({ stretches }) => stretches.after.lost,
      beside: { what: 'no action', of: ({ stretches }) => stretches.noAction.lost },
      aim: { is: 'less than beside' },
    },
    {
      what: 'load of the fullest link, of its capacity',
      unit: 'share',
      ours: ({ stretches }) => fullest(stretches.after),
      beside: { what: 'no action', of: ({ stretches }) => fullest(stretches.noAction) },
      aim: { is: 'less than beside' },
    },
    {
      what: 'from the surge to a proposal',
      unit: 'time',
      ours: ({ firstProposal }) => firstProposal.after,
      beside: { what: 'alarm at a fixed 80 %', of: ({ static80After }) => static80After },
    },
    { what: 'from the approval until all agents agreed', unit: 'time', ours: ({ approval }) => approval?.agreed },
    { what: 'from the approval to relief', unit: 'time', ours: ({ approval }) => approval?.relief },
    {
      what: 'routes that the neighbour had not before',
      unit: 'count',
      ours: ({ newPrefixes, newPlaces }) => newPrefixes.length + newPlaces.length,
      aim: none,
    },
  ],
}

export const killed: Group<'steer'> = {
  part: 'steer',
  title: 'Controller and agents killed at once (kill -9)',
  specs: [
    {
      what: 'until the neighbour has the routes of before',
      unit: 'time',
      ours: ({ killed }) => killed?.routesAsBefore,
      aim: { is: 'at most', limit: holdTime },
    },
    {
      what: 'echoes over the border lost meanwhile',
      unit: 'count',
      ours: ({ killed }) => killed?.probes.lost,
      aim: none,
    },
    { what: 'of echoes sent', unit: 'count', ours: ({ killed }) => killed?.probes.sent },
  ],
}

export const moves: Group<'roam'> = {
  part: 'roam',
  title: 'A stream that a moving agent reads',
  specs: [
    {
      what: 'events lost',
      unit: 'count',
      ours: ({ halves }) => halves.vagus.lost,
      beside: { what: 'A2A SDK over HTTPS', of: ({ halves }) => halves.https.lost },
      aim: none,
    },
    {
      what: 'events twice',
      unit: 'count',
      ours: ({ halves }) => halves.vagus.duplicated,
      beside: { what: 'A2A SDK over HTTPS', of: ({ halves }) => halves.https.duplicated },
      aim: none,
    },
    {
      what: 'gap in a planned move, median',
      unit: 'time',
      ours: ({ halves }) => halves.vagus.gaps.planned?.p50,
      beside: { what: 'A2A SDK over HTTPS', of: ({ halves }) => halves.https.gaps.planned?.p50 },
      aim: { is: 'less than beside' },
    },
    {
      what: 'gap in a sudden move, the longest',
      unit: 'time',
      ours: ({ halves }) => halves.vagus.gaps.sudden?.max,
      beside: { what: 'A2A SDK over HTTPS', of: ({ halves }) => halves.https.gaps.sudden?.max },
      aim: { is: 'at most', limit: 300 },
    },
  ],
}

export const privateLine: Group<'line'> = {
  part: 'line',
  title: 'A private line in a full network',
  specs: [
    {
      what: 'round trip under load, p99',
      unit: 'time',
      ours: ({ stretches }) => stretches.line.roundTrips.p99,
      beside: { what: 'best effort', of: ({ stretches }) => stretches.loaded.roundTrips.p99 },
      aim: { is: 'less than beside' },
    },
    {
      what: 'TCP under load, of the ordered rate',
      unit: 'share',
      ours: ({ stretches, order }) => stretches.line.goodput / order.bitsPerSecond,
      beside: { what: 'best effort', of: ({ stretches, order }) => stretches.loaded.goodput / order.bitsPerSecond },
      aim: { is: 'at least', limit: 0.95 },
    },
    {
      what: 'from the order until it is active',
      unit: 'time',
      ours: ({ order }) => order.command,
      aim: { is: 'at most', limit: 5000 },
    },
    { what: 'probes lost in a planned move', unit: 'count', ours: ({ planned }) => planned.roundTrips.lost, aim: none },
    { what: 'gap when a link of it is cut', unit: 'time', ours: ({ cut }) => cut.roundTrips.gap },
    {
      what: 'probes lost while a program is dead',
      unit: 'count',
      ours: ({ dead }) => dead.controller.lost + dead.device.lost,
      aim: none,
    },
    {
      what: 'packets with a forged SID that are answered',
      unit: 'count',
      ours: ({ spoof }) => spoof.answered,
      aim: none,
    },
    { what: 'left on routers after the release', unit: 'count', ours: ({ release }) => release.left.length, aim: none },
  ],
}

export const strangers: Group<'intruder'> = {
  part: 'intruder',
  title: 'Those who should not get in',
  specs: [
    { what: 'attempts that got in', unit: 'count', ours: ({ gotIn }) => gotIn, aim: none },
    {
      what: 'ports that answer a stranger',
      unit: 'count',
      ours: ({ unenrolled }) => unenrolled.answeredPorts,
      aim: none,
    },
    { what: 'of ports asked', unit: 'count', ours: ({ unenrolled }) => unenrolled.askedPorts },
    {
      what: 'replayed packets that were executed',
      unit: 'count',
      ours: ({ handshakes }) => handshakes.executed,
      aim: none,
    },
    { what: "a member's call during a flood", unit: 'time', ours: ({ handshakes }) => handshakes.callDuringFlood },
    {
      what: 'quarantine until no session is left',
      unit: 'time',
      ours: ({ quarantine: { lastSession, published } }) =>
        lastSession === null || published === null ? null : Math.max(0, lastSession - published),
      aim: { is: 'at most', limit: 1000 },
    },
    {
      what: 'quarantine until the stream is cut',
      unit: 'time',
      ours: ({ quarantine: { streamCut, published } }) =>
        streamCut === null || published === null ? null : Math.max(0, streamCut - published),
      aim: { is: 'at most', limit: 1000 },
    },
    { what: "events of a member's stream lost meanwhile", unit: 'count', ours: ({ stream }) => stream.lost, aim: none },
    {
      what: 'sockets on every address by default',
      unit: 'count',
      ours: ({ defaults }) => defaults.everywhere.length,
      aim: none,
    },
  ],
}
