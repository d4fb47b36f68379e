/**
 * Whom a side-car believes when an agent claims a skill or a role: the words of `--find`.
 *
 *   @host                      the agents of this host; the default
 *   @lookup                    those in the folders of --lookup
 *   @controller                whoever is on the list of the controller
 *   @roster                    members of the fleet of --roster, wherever they are found
 *   writer, did:key:z6Mk…      that agent, by a name of the look-up or by its id
 *   skill:report.write=writer  one of these, and for that claim only
 * @module
 */
import { isAgentId, isAgentName } from '@vagus/identity'
import { type Claim, claimOf } from '@vagus/lookup'

export const findPlaces = ['@host', '@lookup', '@controller', '@roster'] as const
export type FindPlace = (typeof findPlaces)[number]

export interface FindRule {
  /** As it was written: what an agent holds stays with it as long as the rule by which it was called is there. */
  readonly text: string
  /** `undefined`: for whatever they claim. */
  readonly only: Claim | undefined
  /** A place, or the name or id of an agent. */
  readonly who: string
}

export const isFindPlace = (who: string): who is FindPlace => findPlaces.some((place) => place === who)

/** `undefined` when it is none of the forms above. */
export function findRuleOf(text: string): FindRule | undefined {
  const [, before, who = ''] = /^(?:([^=]*)=)?([^=]*)$/s.exec(text) ?? []
  const only = before === undefined ? undefined : claimOf(before)
  const isAnybody = isFindPlace(who) || isAgentName(who) || isAgentId(who)
  if (!isAnybody || (before !== undefined && only === undefined)) return undefined
  return { text, only, who }
}

/** Who made an agent of this host is its user. */
export const defaultFindRules: readonly FindRule[] = [{ text: '@host', only: undefined, who: '@host' }]

/** Where a roster says who is who: of those on this host, its members. */
export const memberFindRules: readonly FindRule[] = [
  ...defaultFindRules,
  { text: '@roster', only: undefined, who: '@roster' },
]

/** Whether the rule speaks of agents with `claim`. */
export const isAbout = ({ only }: FindRule, claim: Claim): boolean =>
  only === undefined || (only.skill === claim.skill && only.role === claim.role)
