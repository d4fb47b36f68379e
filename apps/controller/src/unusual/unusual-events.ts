/** Episodes as events. @module */
import { type Episode, type Finding, sizeOf } from '@vagus/analytics'
import { amountText, becauseText, insteadText, subjectText, tellingOf } from '@vagus/api/unusual-words'
import type { EventDraft } from '../events/event-draft.ts'
import { idOf, unusualOf } from './unusual-resource.ts'

/** Links that an event names at most, for incidents. */
const maxLinks = 16

const endings = {
  'as before': 'is as usual again',
  accepted: 'stays so, and is usual from now on,',
  lost: 'is not measured as before, and not judged any more',
} as const

export function beganDraft(episode: Episode): EventDraft {
  return {
    event: 'traffic.unusual',
    ...told(episode),
    fields: { ...fieldsOf(episode), since: clockText(episode.since) },
  }
}

export const grewDraft = (episode: Episode): EventDraft => ({
  event: 'traffic.unusual-more',
  ...told(episode),
  fields: fieldsOf(episode),
})

export function endedDraft(episode: Episode): EventDraft {
  const { since, ended, because } = episode
  const seconds = Math.round(((ended ?? since) - since) / 1000)
  const fields = {
    id: idOf(episode),
    what: subjectText(mainOf(episode)),
    how: endings[because ?? 'as before'],
    seconds,
  }
  return { event: 'traffic.usual', ...told(episode), fields }
}

export const mainOf = ({ findings }: Episode): Finding => findings[0]!

const told = (episode: Episode): { readonly subject: string } => ({ subject: idOf(episode) })

function fieldsOf(episode: Episode): Record<string, string> {
  const main = mainOf(episode)
  const { kind, expected } = main
  const { findings, more, explained } = unusualOf(episode, null)
  const others = findings.length - 1 + more
  // Of a pair the sentence says already which sites.
  const because = tellingOf(explained)
    .filter(({ by, items }) => !(by === 'sites' && items.length === 1 && items[0]!.key === main.name))
    .map(becauseText)
  return {
    id: idOf(episode),
    what: subjectText(main),
    now: insteadText(main).split(' instead of ')[0]!,
    usual: amountText(kind, expected),
    others: others === 0 ? '' : `, and ${others} more of the same cause`,
    because: because.length === 0 ? '' : `; ${because.join('; ')}`,
    links: linksOf(episode).join(','),
  }
}

/** That it is about, the most changed first. */
function linksOf({ findings }: Episode): readonly string[] {
  const names = findings
    .toSorted((one, other) => sizeOf(other) - sizeOf(one))
    .flatMap(({ kind, places }) =>
      kind === 'link' ? places.filter((place) => place.startsWith('link:')).map((place) => place.slice(5)) : [],
    )
  return [...new Set(names)].slice(0, maxLinks)
}

/** `14:03:20Z`. */
const clockText = (at: number): string => `${new Date(at).toISOString().slice(11, 19)}Z`
