/** What the neighbours behind a link are told of a prefix, and whether that is what a class means. @module */
import type { TrafficClass } from '@vagus/bgp/actuation'
import type { Router } from '@vagus/router'
import type { LinkPlace } from './inventory.ts'
import { textOf } from './rounds.ts'

/** What a neighbour is told; those that are not told of the prefix at all are left out. */
export interface Told {
  readonly neighbour: string
  readonly med: number | null
  readonly asPathLength: number | null
  /** Why it is not known what the neighbour is told, if anything; the others are null then. */
  readonly unknown?: string
}

export async function toldOf(
  router: Pick<Router, 'advertised'>,
  { sessions }: Pick<LinkPlace, 'sessions'>,
  prefix: string,
): Promise<readonly Told[]> {
  const told = await Promise.all(
    sessions.map(async (neighbour): Promise<readonly Told[]> => {
      try {
        const route = await router.advertised(neighbour, prefix)
        return route === undefined ? [] : [{ neighbour, med: route.med ?? null, asPathLength: route.asPath.length }]
      } catch (error) {
        return [{ neighbour, med: null, asPathLength: null, unknown: textOf(error) }]
      }
    }),
  )
  return told.flat()
}

/** Whether all that were told of the prefix before are told now what the class means; not where that is not known. */
export function expectation(
  { med, prepend = 0 }: TrafficClass,
  replaced: TrafficClass | undefined,
  before: readonly Told[],
): (now: readonly Told[]) => boolean {
  const further = prepend - (replaced?.prepend ?? 0)
  const isAsAsked = (told: Told): boolean => {
    if (told.unknown !== undefined || (med !== undefined && told.med !== med)) return false
    const was = before.find(({ neighbour }) => neighbour === told.neighbour)
    if (was === undefined) return true
    return was.asPathLength === null ? further === 0 : told.asPathLength === was.asPathLength + further
  }
  return (now) =>
    now.length > 0 &&
    now.every(isAsAsked) &&
    before.every(({ neighbour, unknown }) => unknown !== undefined || now.some((told) => told.neighbour === neighbour))
}
