/** What the signed figures of a private line say: its order, and the best and worst of its minutes. @module */
import type { LineMinute, LineProof } from '@vagus/api/lines'
import { capacityText, countText, durationText, rateText, unknown } from '../format.ts'
import type { Paint } from '../paint.ts'
import { printable } from '../table.ts'
import { roundTripText } from './line-text.ts'

export function proofText(proof: LineProof, paint: Paint): string {
  const { by, at, line, from, to, bitsPerSecond, start, end, state, path, moves, minutes } = proof
  const measured = minutes.reduce((sum, { seconds }) => sum + seconds, 0)
  const facts: readonly (readonly [string, string])[] = [
    ['ordered', `${capacityText(bitsPerSecond)} both ways, ${start} to ${end}`],
    ['state', `${state}, moved ${moves} times`],
    ['path', path],
    ['measured', `${durationText(measured)} in ${minutes.length} minutes`],
    ['delivered', deliveredText(minutes)],
    ['dropped', countText(sum(minutes, ({ dropped }) => dropped.forth + dropped.back))],
    ['round trip', roundTripsText(minutes)],
    [
      'probes',
      `${countText(sum(minutes, ({ probes }) => probes.lost))} of ${countText(sum(minutes, ({ probes }) => probes.sent))} lost`,
    ],
    ['signed', `${at} by ${by}`],
  ]
  const lines = facts.map(([label, text]) => `  ${label.padEnd(11)}${printable(text)}`)
  return [`${paint.strong(printable(line))}  ${printable(from)} – ${printable(to)}`, ...lines].join('\n')
}

const sum = (minutes: readonly LineMinute[], of: (minute: LineMinute) => number): number =>
  minutes.reduce((total, minute) => total + of(minute), 0)

/** Of what the sites sent: less than the order where they sent less. */
function deliveredText(minutes: readonly LineMinute[]): string {
  const most = (way: 'forth' | 'back'): string =>
    minutes.length === 0 ? unknown : rateText(Math.max(...minutes.map(({ delivered }) => delivered[way])))
  return `up to ${most('forth')} forth and ${most('back')} back in a minute`
}

function roundTripsText(minutes: readonly LineMinute[]): string {
  const known = minutes.flatMap(({ roundTripMs }) => (roundTripMs === null ? [] : [roundTripMs]))
  if (known.length === 0) return unknown
  const worst = (which: 'p50' | 'p99'): string => roundTripText(Math.max(...known.map((one) => one[which])))
  return `in its worst minute p50 ${worst('p50')}, p99 ${worst('p99')}`
}
