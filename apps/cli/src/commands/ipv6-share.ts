/** `vagus ipv6 share`: IPv6 beside IPv4 over time, with the trend and the exporters that cannot see it. @module */
import type { Ipv6Share } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { rateText, shareText } from '../format.ts'
import { footText } from '../window.ts'
import { blocksOf } from './link-show.ts'

export const command = defineCommand({
  name: 'ipv6 share',
  summary: 'IPv6 beside IPv4 over time, with its trend',
  effect: 'ro',
  examples: [
    { line: 'vagus ipv6 share', does: 'the last hour' },
    { line: 'vagus ipv6 share --last 30d', does: 'the trend of a month' },
  ],
  options: {
    last: { type: 'duration', value: 'TIME', default: '1h', description: 'length of the window that ends now' },
    ...viewOptions,
  },
  run: (call) =>
    view<Ipv6Share>(call, {
      ask: (client) => client.get('Ipv6Share', '/v1/traffic/ipv6-share', { last: `${call.values.last}s` }),
      show: ipv6ShareText,
      next: ({ share }) =>
        share === null
          ? 'vagus device ls   (nothing flowed: do the devices export?)'
          : 'vagus matrix --version 6 · vagus flow top --by application,version',
    }),
})

/** The share as a figure and over time; a full block is 100 % IPv6. */
export function ipv6ShareText(share: Ipv6Share, { columns, paint }: Canvas): string {
  const peak = (rates: readonly number[]): string => rateText(rates.length === 0 ? null : Math.max(...rates))
  const steps = share.ipv6.map((rate, at) => {
    const both = rate + (share.ipv4[at] ?? 0)
    return both === 0 ? null : rate / both
  })
  const foot = paint.faint(footText(share.window, share.coverage, [], columns))
  if (share.share === null) return `nothing flowed in this time\n\n${foot}`
  const lines = [
    `${paint.strong(`IPv6 ${shareText(share.share)}`)} of traffic · peak IPv6 ${peak(share.ipv6)}, IPv4 ${peak(share.ipv4)}`,
    trendText(share),
    '',
    blocksOf(steps, 1, Math.min(columns, 100)),
  ]
  if (share.blind.length > 0)
    lines.push(`not seen: IPv6 of ${share.blind.join(', ')} (never exported any: not known, not zero)`)
  return [...lines, foot].join('\n')
}

/** Seconds. A shorter window has its trend per hour or minute: per day a little noise would be hundreds of points. */
const dayFrom = 6 * 3600
const hourFrom = 15 * 60

function unitOf(seconds: number): readonly [name: string, factor: number] {
  if (seconds >= dayFrom) return ['a day', 100]
  return seconds >= hourFrom ? ['an hour', 100 / 24] : ['a minute', 100 / 1440]
}

function trendText({ trend, window }: Ipv6Share): string {
  if (trend === null) return 'trend not known yet (too few points)'
  const [unit, factor] = unitOf(window.seconds)
  const points = (perDay: number): string => `${perDay >= 0 ? '+' : '−'}${Math.abs(perDay * factor).toFixed(1)}`
  const within = `95 %: ${points(trend.low)} to ${points(trend.high)}`
  if (trend.low <= 0 && trend.high >= 0) return `no visible trend: ${points(trend.perDay)} points ${unit} (${within})`
  return `trend ${points(trend.perDay)} points ${unit} (${within})`
}
