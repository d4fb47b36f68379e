/** Credentials in a router's configuration: no AI agent reads, sets or removes one. @module */
import { meaningOf, wordsOf } from './words.ts'
import type { Path } from './path.ts'
import { isData } from './yang/data-line.ts'
import { dataPathWithoutSecret, dataTextWithoutSecrets, dataWithoutSecret, hidden } from './yang/secret-data.ts'

/** Words of FRR's configuration after which something follows that opens a session or a router. */
export const secretWords: ReadonlySet<string> = new Set([
  'password',
  'area-password',
  'domain-password',
  'authentication',
  'authentication-key',
  'message-digest-key',
  'key',
  'key-string',
  'md5',
  'tcp-md5-auth',
  'secret',
])

export const isSecret = (line: string): boolean => wordsOf(meaningOf(line)).some((word) => secretWords.has(word))

/** The line without what it keeps secret. */
export function withoutSecret(line: string): string {
  const data = dataWithoutSecret(line)
  if (data !== undefined) return data
  if (!isSecret(line)) return line
  const indent = /^\s*/.exec(line)![0]
  const words = wordsOf(line)
  const at = words.findIndex((word) => secretWords.has(word))
  return `${indent}${[...words.slice(0, at + 1), ...(at + 1 < words.length ? [hidden] : [])].join(' ')}`
}

/** A configuration as AI agents may read it. */
export const textWithoutSecrets = (text: string): string =>
  dataTextWithoutSecrets(text.split('\n'), withoutSecret).join('\n')

/** Contexts and line; what stands in a credential of YANG data is one, too. */
export const pathWithoutSecret = (path: Path): Path =>
  isData(path) ? dataPathWithoutSecret(path) : path.map(withoutSecret)
