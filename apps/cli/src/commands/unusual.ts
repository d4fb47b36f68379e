/** `vagus unusual [ID]`: what is unlike its own past, and what accounts for it. @module */
import type { Unusual, UnusualExplanation, UnusualList } from '@vagus/api/unusual'
import { becauseText, insteadText, subjectText, tellingOf } from '@vagus/api/unusual-words'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { agoText, durationText, perSecondText, rateText, shareText, timeText } from '../format.ts'
import { type Cell, type Column, printable, table } from '../table.ts'
import { wrapped } from '../wrap.ts'

export const command = defineCommand({
  name: 'unusual',
  summary: 'what is unlike its own past, since when, and why',
  effect: 'ro',
  examples: [
    { line: 'vagus unusual', does: 'of the last day, newest first; no thresholds to set' },
    { line: 'vagus unusual u-7', does: 'one of them: all that changed, and who accounts for it' },
    { line: 'vagus unusual --last 7d --json', does: 'for programs' },
  ],
  arguments: [{ name: 'ID', description: 'one of those that are listed', presence: 'optional' }],
  options: {
    last: {
      type: 'duration',
      value: 'TIME',
      default: '24h',
      description: 'told within this time; those that go on are always listed',
    },
    ...viewOptions,
  },
  run(call) {
    const [id] = call.words
    return view<UnusualList>(call, {
      ask: async (client) => {
        const list = await client.get<UnusualList>('UnusualList', '/v1/unusual', { last: `${call.values.last}s` })
        if (id === undefined) return list
        const items = list.items.filter((one) => one.id === id)
        if (items.length === 0)
          throw new Failure(exitCode.usage, `there is no "${id}"`, 'see: vagus unusual --last 30d')
        return { ...list, items }
      },
      show: (list, canvas) =>
        id === undefined ? unusualListText(list, canvas) : unusualText(list.items[0]!, list.now, canvas),
      next: ({ items }) =>
        id === undefined && items.length > 0 ? `vagus unusual ${items[0]!.id}` : 'vagus events · vagus flow top',
    })
  },
})

const columns: readonly Column[] = [
  { head: 'ID', align: 'left' },
  { head: 'SINCE', align: 'left' },
  { head: 'LASTED', align: 'right', leaves: 1 },
  { head: 'WHAT', align: 'left', shrink: 16, prefers: 28 },
  { head: 'VALUE', align: 'left' },
  { head: 'BECAUSE OF', align: 'left', shrink: 14, leaves: 2 },
]

export function unusualListText({ items, series, now }: UnusualList, { columns: width, paint }: Canvas): string {
  const foot = paint.faint(seriesText(series))
  if (items.length === 0) return `nothing was unlike its own past in this time\n\n${foot}`
  const rows = items.map((one): Cell[] => {
    const main = one.findings[0]!
    const what = subjectText(main)
    const because = tellingOf(one.explained).map(becauseText)
    return [
      one.id,
      timeText(one.since, now),
      durationText(Math.max(0, (Date.parse(one.ended ?? now) - Date.parse(one.since)) / 1000)),
      one.ended === null ? { text: what, paint: paint.warn } : what,
      insteadText(main),
      because.at(-1) ?? '–',
    ]
  })
  return `${table(columns, rows, width, paint.strong)}\n\n${foot}`
}

/** All about one. */
export function unusualText(one: Unusual, now: string, { columns: width, paint }: Canvas): string {
  const main = one.findings[0]!
  const room = Math.min(width, 100)
  const state =
    one.ended === null
      ? paint.warn('goes on')
      : `ended ${agoText(one.ended, now)}: ${endings[one.because ?? 'as before']}`
  const lines = [
    `${paint.strong(`${one.id} ${subjectText(main)}`)} – ${insteadText(main)}`,
    `since ${timeText(one.since, now)}, told ${timeText(one.told, now)} · ${state}`,
    `coverage of flows ${shareText(one.coverage)}`,
    '',
    paint.strong('What changed'),
    ...one.findings.map((each) => {
      const manner = each.form === 'shift' ? ', little by little' : ''
      return `  ${subjectText(each)}: ${insteadText(each)}${manner} (${each.sure.toFixed(1)} times as far as comes by chance)`
    }),
    ...(one.more === 0 ? [] : [`  and ${one.more} more`]),
    '',
    paint.strong('What accounts for it'),
    ...(one.explained.length === 0
      ? ['  nothing stands out among the largest flows']
      : one.explained.flatMap(explanationLines)),
  ]
  return lines.flatMap((line) => wrapped(printable(line), room)).join('\n')
}

const endings = {
  'as before': 'as usual again',
  accepted: 'it stayed so for hours, and is usual now',
  lost: 'it is not measured as before',
} as const

function explanationLines(one: UnusualExplanation): readonly string[] {
  const amount = (value: number): string =>
    one.unit === 'bits per second' ? rateText(value) : `${perSecondText(value)} flows/s`
  const unsure = one.unsure < 0.01 ? '' : `; up to ${shareText(one.unsure)} of it may be others'`
  return [
    `  by ${names[one.by]}: ${shareText(one.part)} of the change${unsure}`,
    ...one.items.map(({ key, before, now }) => `    ${key}: ${amount(now)} instead of ${amount(before)}`),
  ]
}

const names: Readonly<Record<UnusualExplanation['by'], string>> = {
  sites: 'sites',
  application: 'application',
  pair: 'hosts',
  conversation: 'conversation',
  src: 'sender',
  dst: 'receiver',
}

function seriesText({ followed, learning, passedOver }: UnusualList['series']): string {
  const young = learning === 0 ? '' : `, of which ${learning} still learn what is usual`
  const over = passedOver === 0 ? '' : `; ${passedOver} more found no place`
  return `${followed} series are held against their own past${young}${over}`
}
