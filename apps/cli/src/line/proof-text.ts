/** What the signed figures of a private line say: its order, and the best and worst of its minutes. @module */
import type { LineProof } from '@vagus/api/lines'
import { capacityText, countOf, countText, durationText, rateText, unknown } from '../format.ts'
import type { Paint } from '../paint.ts'
import { printable } from '../table.ts'
import { roundTripText } from './line-text.ts'

export function proofText(proof: LineProof, paint: Paint): string {
  const { iss, sub, iat, from, to, rate, start, end, state, path, moves, minutes } = proof
  const measured = minutes.reduce((sum, { seconds }) => sum + seconds, 0)
  const facts: readonly (readonly [string, string])[] = [
    ['ordered', `${capacityText(rate)} both ways, ${timeOf(start)} to ${timeOf(end)}`],
    ['state', `${state}, moved ${countOf(moves, 'time')}`],
    ['path', path.join(' – ')],
    ['measured', `${durationText(measured)} in ${countOf(minutes.length, 'minute')}`],
    ['delivered', deliveredText(minutes)],
    ['dropped', countText(sum(minutes, ({ dropped }) => dropped.forth + dropped.back))],
    ['round trip', roundTripsText(minutes)],
    [
      'probes',
      `${countText(sum(minutes, ({ probes }) => probes.lost))} of ${countText(sum(minutes, ({ probes }) => probes.sent))} lost`,
    ],
    ['signed', `${timeOf(iat)} by ${iss}`],
  ]
  const lines = facts.map(([label, text]) => `  ${label.padEnd(11)}${printable(text)}`)
  return [`${paint.strong(printable(sub))}  ${printable(from)} – ${printable(to)}`, ...lines].join('\n')
}

type LineMinute = LineProof['minutes'][number]

/** Of seconds since 1970: `2026-11-03 12:11:07Z`. */
const timeOf = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')}Z`

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
