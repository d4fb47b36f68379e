/**
 * What an agent says of itself in its signed document, as people and addresses write it: `skill:report.write`,
 * `role:dispatcher`. The signature proves who says so, not that it is true.
 * @module
 */
import { type Identity, rolePattern, skillPattern } from '@vagus/identity'

/** All members that are given must hold. A skill is compared whole: `report` is another skill than `report.write`. */
export interface Claim {
  readonly skill?: string
  readonly role?: string
}

/** In words, for errors. */
export const claimRule =
  'skill: and lower-case words joined by dots (skill:report.write), or role: and one such word (role:dispatcher)'

const form = /^(skill|role):(.*)$/s

/** Whether `text` stands for a claim, well-formed or not: then it is never the name or the alias of an agent. */
export const isOfClaim = (text: string): boolean => form.test(text)

/** `undefined` unless it is a claim as `claimRule` says. */
export function claimOf(text: string): Claim | undefined {
  const [, kind, word = ''] = form.exec(text) ?? []
  if (kind === 'skill' && skillPattern.test(word)) return { skill: word }
  return kind === 'role' && rolePattern.test(word) ? { role: word } : undefined
}

export const claimText = (claim: Claim): string => wordsOf(claim).join(' and ')

export const hasClaim = ({ role, skills }: Pick<Identity, 'role' | 'skills'>, claim: Claim): boolean =>
  (claim.role === undefined || claim.role === role) && (claim.skill === undefined || skills.includes(claim.skill))

/** Every single claim of an agent: `['role:writer', 'skill:report.write']`. */
export const claimsOf = ({ role, skills }: Pick<Identity, 'role' | 'skills'>): readonly string[] => [
  `role:${role}`,
  ...skills.map((skill) => `skill:${skill}`),
]

const wordsOf = ({ skill, role }: Claim): readonly string[] => [
  ...(skill === undefined ? [] : [`skill:${skill}`]),
  ...(role === undefined ? [] : [`role:${role}`]),
]
