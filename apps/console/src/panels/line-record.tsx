/** The record of a private line: what it delivered by the minute against what was ordered, its path, and what happened to it. */
import { actorText } from '@vagus/api/actor-text'
import {
  isLinePassed,
  lineLinksText,
  linePathText,
  lineStateMeaning,
  passedText,
  probeLoss,
  protectionText,
} from '@vagus/api/line-words'
import type { Line, LineMinute, LineResource } from '@vagus/api/lines'
import { useMemo } from 'preact/hooks'
import { formatDateTime } from '../figures/clock.ts'
import { formatCapacity, formatCount, formatDelay, formatRate, formatShare, withUnitsKept } from '../figures/format.ts'
import { lineSeriesOf } from '../figures/line-minutes.ts'
import { commandAbout } from '../state/commands.ts'
import { events } from '../state/events.ts'
import { clock } from '../state/preferences.ts'
import { useLine } from '../state/resources.ts'
import { Command } from '../ui/copy.tsx'
import { EventsList } from '../ui/events-list.tsx'
import { capital, Loaded } from '../ui/panel.tsx'
import { type ChartSeries, TimeChart } from '../ui/time-chart.tsx'

/** Of a minute. */
export const roundTripText = (minute: LineMinute | null, which: 'p50' | 'p99'): string => {
  const { roundTripMs = null } = minute ?? {}
  return formatDelay(roundTripMs === null ? null : roundTripMs[which] * 1000)
}

/** An hour: of more, single minutes could not be told apart. */
const mostMinutes = 60

export function LineRecord({ line }: { readonly line: Line }) {
  const whole = useLine(line.id)
  const own = events.value.filter(({ event, subject }) => event.startsWith('line.') && subject === line.id)
  return (
    <div class="line-record">
      {isLinePassed(line) && (
        <p class="kept" role="status">
          {capital(passedText)}.
        </p>
      )}
      {line.state === 'asked' && (
        <div class="kept" role="status">
          <p>{actorText(line.by)} asked for it, and waits for you.</p>
          <Command text={commandAbout('line approval', line.id)} />
          <Command text={commandAbout('line refusal', line.id)} />
        </div>
      )}
      <div class="line-parts">
        <div>
          <h3>Delivered</h3>
          <Loaded of={whole} lines={6} empty={({ minutes }) => (minutes.length === 0 ? <NoMinutes /> : undefined)}>
            {(data) => <Minutes line={data} />}
          </Loaded>
        </div>
        <div>
          <h3>Order and path</h3>
          <Facts line={line} />
          <Command text={commandAbout('line', line.id)} />
        </div>
      </div>
      {own.length > 0 && (
        <>
          <h3>What happened</h3>
          <EventsList events={own} label={`Events of ${line.id}`} form="lines" />
        </>
      )}
    </div>
  )
}

const NoMinutes = () => <p class="footnote">No minute has been measured yet.</p>

function Minutes({ line }: { readonly line: LineResource }) {
  const { id, from, to, bitsPerSecond, minutes } = line
  const { times, forth, back } = useMemo(() => lineSeriesOf(minutes, mostMinutes), [minutes])
  const series = useMemo(
    (): ChartSeries[] => [
      { label: `${from} → ${to}`, colour: '--series-a', values: forth, fill: 0.12 },
      { label: `${to} → ${from}`, colour: '--series-b', values: back },
      { label: 'ordered', colour: '--limit', values: times.map(() => bitsPerSecond), line: 'dashed' },
    ],
    [times, forth, back, bitsPerSecond, from, to],
  )
  return (
    <TimeChart
      label={`What ${id} delivered each minute, against the ordered rate; its last minute stands beside it in figures`}
      times={times}
      series={series}
      top={Math.max(bitsPerSecond, ...[...forth, ...back].map((rate) => rate ?? 0)) * 1.1}
      format={formatRate}
      formatTick={formatCapacity}
      height={150}
    />
  )
}

function Facts({ line }: { readonly line: Line }) {
  const { by, bitsPerSecond, onTheWire, path, number, protection, setUpMs, moves, end, because, last } = line
  const facts: readonly (readonly [string, string])[] = [
    ['ordered', `${formatCapacity(bitsPerSecond)} both ways, ${formatRate(onTheWire)} of each link`],
    ['by', by.id === null ? actorText(by) : `${actorText(by)}, ${by.id}`],
    ['path', path === null ? '–' : `${linePathText(path)}, over ${lineLinksText(path)}`],
    ...(number === null ? [] : [['number', String(number)] as const]),
    ...(protection === null ? [] : [['second path', protectionText(protection)] as const]),
    ['until', formatDateTime(Date.parse(end), clock.value)],
    ...(setUpMs === null ? [] : [['set up in', `${Math.round(setUpMs)}\u202fms`] as const]),
    ['moved', moves === 0 ? 'never' : `${moves}\u202f×`],
    ...(last === null
      ? []
      : ([
          ['round trip', `p50 ${roundTripText(last, 'p50')}, p99 ${roundTripText(last, 'p99')}`],
          [
            'probes lost',
            `${formatCount(last.probes.lost)} of ${formatCount(last.probes.sent)} (${formatShare(probeLoss(last.probes))})`,
          ],
          ['dropped', `${formatCount(last.dropped.forth)} forth, ${formatCount(last.dropped.back)} back`],
        ] as const)),
    ['state', `${lineStateMeaning(line)}: ${because}`],
  ]
  return (
    <dl class="line-facts">
      {facts.map(([title, text]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{withUnitsKept(text)}</dd>
        </div>
      ))}
    </dl>
  )
}
