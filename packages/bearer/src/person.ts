/**
 * How a person is shown. Name and address are what somebody once typed: they must not look like another line, another field or
 * somebody else.
 * @module
 */
import { type Claims, groupsOf } from './claims.ts'
import type { Verified } from './verify.ts'

export interface Person {
  /** Of the issuer: with it, this and nothing else tells people apart. */
  readonly issuer: string
  readonly subject: string
  /** Without characters that mislead; undefined: the token says none. */
  readonly name: string | undefined
  /** Only where the issuer says that it checked it (`email_verified`), in lower case. */
  readonly email: string | undefined
  readonly groups: readonly string[]
}

const maxName = 64
const maxEmail = 128

/** @param groupsClaim as `groupsOf` takes it */
export function personOf({ issuer, subject, claims }: Verified, groupsClaim: string): Person {
  return {
    issuer,
    subject,
    name: nameOf(claims),
    email: emailOf(claims),
    groups: groupsOf(claims, groupsClaim),
  }
}

/** `Ada Lovelace <ada@example.com>`. Without a checked address the subject stands in its place: two may have one name. */
export function personText({ name, email, subject }: Pick<Person, 'name' | 'email' | 'subject'>): string {
  const id = email ?? `subject ${plain(subject, 64)}`
  return name === undefined ? `<${id}>` : `${name} <${id}>`
}

function nameOf(claims: Claims): string | undefined {
  const { name, preferred_username: username } = claims
  const text = [name, username].find((one) => typeof one === 'string' && plain(one, maxName) !== '')
  return text === undefined ? undefined : plain(text as string, maxName)
}

function emailOf({ email, email_verified: isVerified }: Claims): string | undefined {
  if (typeof email !== 'string' || isVerified !== true || email.length > maxEmail) return undefined
  return /^[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+$/.test(email) ? email.toLowerCase() : undefined
}

/**
 * Letters, digits and what names have between them; anything else becomes one space. So nothing is left that ends a line, turns
 * the direction of writing, is invisible, or looks like the `<address>` behind the name. At most three marks stand on a letter.
 */
function plain(text: string, max: number): string {
  return text
    .slice(0, 4 * max)
    .normalize('NFC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, ' ') // some of them are letters, such as U+3164
    .replaceAll(/[^\p{L}\p{M}\p{N}.,'’()_@:|/+-]+/gu, ' ')
    .replaceAll(/(\p{M}{3})\p{M}+/gu, '$1')
    .trim()
    .slice(0, max)
    .toWellFormed()
    .trim()
}
