/**
 * For whom a gateway calls, as it stands in the head of an exchange: beside the request, so that no field of the caller
 * gets there. What the called agent's own server is told of it are fields that nobody else can set.
 * @module
 */
import type { Outsider } from '@vagus/access'
import type { HeaderFields } from './header-fields.ts'

/** Characters. Issuers are URLs; a `sub` has at most 255 (OpenID Connect Core §2). */
const longest = { issuer: 512, subject: 255, word: 256 }
/** Of scopes, and of groups. A head has 64 KiB; Entra puts no more than 200 groups into a token. */
export const maxWords = 256

/** No controls, and no marks that turn the direction of text: operators read it. */
const plain = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u

/** `undefined` where it is none, or longer than what is carried. */
export function readOutsider(value: unknown): Outsider | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { issuer, subject, scopes, groups } = value as Partial<Record<keyof Outsider, unknown>>
  // With a fragment, issuer and subject together would not be of one name only.
  if (!isPlain(issuer, longest.issuer) || issuer.includes('#') || !isPlain(subject, longest.subject)) return undefined
  if (!areWords(scopes) || !areWords(groups)) return undefined
  return { issuer, subject, scopes, groups }
}

const isPlain = (text: unknown, most: number): text is string =>
  typeof text === 'string' && text.length <= most && plain.test(text) && text.isWellFormed()

const areWords = (words: unknown): words is readonly string[] =>
  Array.isArray(words) && words.length <= maxWords && words.every((word) => isPlain(word, longest.word))

/** One line for people: `alice of https://idp.example`. */
export const outsiderText = ({ issuer, subject }: Pick<Outsider, 'issuer' | 'subject'>): string =>
  `${subject} of ${issuer}`

/** One name of one person, whatever the issuer puts into either. */
export const outsiderKey = ({ issuer, subject }: Pick<Outsider, 'issuer' | 'subject'>): string => `${issuer}#${subject}`

export const outsiderFields = {
  subject: 'Vagus-Outsider',
  issuer: 'Vagus-Outsider-Issuer',
  scopes: 'Vagus-Outsider-Scopes',
  groups: 'Vagus-Outsider-Groups',
} as const

/** For the local server. Scopes and groups are separated by spaces; what is no visible ASCII, and `%`, is percent-encoded. */
export const fieldsOfOutsider = ({ issuer, subject, scopes, groups }: Outsider): HeaderFields => [
  [outsiderFields.subject, visible(subject)],
  [outsiderFields.issuer, visible(issuer)],
  [outsiderFields.scopes, scopes.map(visible).join(' ')],
  [outsiderFields.groups, groups.map(visible).join(' ')],
]

const visible = (text: string): string => text.replaceAll(/[^!-~]|%/gu, encodeURIComponent)
