/** Lays a path for a line: the best one, and without routers that did not take their part the next best. @module */
import type { LineWish, Path } from '@vagus/line'
import { bookedFor, type LineBook } from './line-book.ts'
import type { Outcome } from './line-paths.ts'
import type { LineRoom } from './line-room.ts'
import { alternativeText } from './line-words.ts'

export interface LayingParts {
  readonly book: LineBook
  readonly room: LineRoom
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Paths that are tried. */
const maxTries = 3

/** The path that would be taken now: one that leaves room for a second where that is wanted. @param avoid besides what the wish avoids */
export function quotedPath(
  { book, room, now }: LayingParts,
  id: string,
  wish: LineWish,
  avoid: readonly string[],
): { readonly path: Path } | { readonly problem: string } {
  const wanted = { ...wish, start: Math.max(wish.start, now()), avoid: [...(wish.avoid ?? []), ...avoid] }
  const by = bookedFor(book.find(id)!)
  const both = room.quote(wanted, by, id)
  // A line goes over one path rather than over none.
  const quoted = both.type === 'possible' ? both : room.quote({ ...wanted, protect: false }, by, id)
  if (quoted.type === 'possible') return { path: quoted.path }
  const { because, alternative } = quoted
  return { problem: alternative === undefined ? because : `${because}; ${alternativeText(alternative)}` }
}

/** @param lay a path: of it nothing is left where it fails, or it is owed */
export async function layBest(
  parts: LayingParts,
  id: string,
  wish: LineWish,
  avoid: readonly string[],
  lay: (path: Path) => Promise<Outcome>,
): Promise<Outcome> {
  const refused: string[] = []
  let failed: Extract<Outcome, { readonly type: 'failed' }> | undefined
  for (let tried = 0; tried < maxTries; tried++) {
    const quoted = quotedPath(parts, id, wish, [...avoid, ...refused])
    if ('problem' in quoted) return failed ?? { type: 'failed', problem: quoted.problem }
    const laying = await lay(quoted.path)
    if (laying.type === 'laid' || laying.device === undefined) return laying
    failed = laying
    const { path } = quoted
    const isEnd = laying.device === path.a.node || laying.device === path.z.node
    if (isEnd) return laying
    refused.push(laying.device)
  }
  return failed!
}
