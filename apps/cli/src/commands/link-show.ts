/** `vagus link show NAME`: one link's load over time, both ways, as a line of blocks. @module */
import { expectedText, isLikely } from '@vagus/api/insight-words'
import type { LinkLoad } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { orSay } from '../failure.ts'
import { capacityText, durationText, rateText, shareText, timeText } from '../format.ts'

export const command = defineCommand({
  name: 'link show',
  summary: "one link's load over time",
  effect: 'ro',
  examples: [
    { line: 'vagus link show transit-1', does: 'the last 15 minutes' },
    { line: 'vagus link show transit-1 --last 6h', does: 'a longer time' },
  ],
  arguments: [{ name: 'LINK', description: 'a name of "vagus link ls"', presence: 'required' }],
  options: {
    last: { type: 'duration', value: 'TIME', default: '15m', description: 'length of the window that ends now' },
    ...viewOptions,
  },
  run: (call) =>
    view<LinkLoad>(call, {
      ask: (client) =>
        client
          .get<LinkLoad>('LinkLoad', `/v1/links/${encodeURIComponent(call.words[0]!)}/load`, {
            last: `${call.values.last}s`,
          })
          .catch(orSay('the names: vagus link ls')),
      show: linkLoadText,
      next: () => 'vagus flow top --by srcSite,dstSite',
    }),
})

const blocks = '▁▂▃▄▅▆▇█'

/** Load as blocks, relative to the link's capacity: a full block is a full link, a space is unknown. */
export function linkLoadText(load: LinkLoad, { columns, paint }: Canvas): string {
  const width = Math.max(10, Math.min(columns, 100) - 5)
  const way = (label: string, rates: LinkLoad['aToZ']): string[] => {
    const known = rates.filter((rate) => rate !== null)
    const peak = known.length === 0 ? null : Math.max(...known)
    const now = rates.findLast((rate) => rate !== null) ?? null
    const mean = known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length
    if (now === null || mean === null || peak === null) return [`${label}  no data for this time`]
    const used = (rate: number): string => `${rateText(rate)} (${shareText(rate / load.capacity)})`
    return [
      `${label}  now ${used(now)} · mean ${used(mean)} · peak ${used(peak)}`,
      `     ${blocksOf(rates, load.capacity, width)}`,
    ]
  }
  const { window } = load
  const head = `${paint.strong(load.name)} · ${capacityText(load.capacity)} · from ${load.source}`
  const span = `${timeText(window.from, window.to)} – ${timeText(window.to, window.to)}, ${durationText(load.stepSeconds)} per step`
  const ahead = expectedLine(load, paint)
  return [head, '', ...way('A→Z', load.aToZ), ...way('Z→A', load.zToA), '', ...ahead, paint.faint(span)].join('\n')
}

/** Whether it is about to be full. */
function expectedLine({ expected, window }: LinkLoad, paint: Canvas['paint']): string[] {
  if (expected === undefined) return []
  const text = expectedText(expected, timeText(expected.by, window.to))
  return [isLikely(expected) ? paint.warn(text) : text]
}

/** Steps that share a character show their maximum, so that no peak is lost. */
export function blocksOf(rates: LinkLoad['aToZ'], capacity: number, width: number): string {
  const perBlock = Math.max(1, Math.ceil(rates.length / width))
  let text = ''
  for (let at = 0; at < rates.length; at += perBlock) {
    const known = rates.slice(at, at + perBlock).filter((rate) => rate !== null)
    const share = Math.max(...known) / capacity
    text += known.length === 0 ? ' ' : blocks[Math.min(blocks.length - 1, Math.floor(share * blocks.length))]!
  }
  return text
}
