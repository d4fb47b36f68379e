/** Records written for tests, by an agent whose keys are told apart by numbers. */
import { type JsonValue, signJws } from '@vagus/identity'
import { seconds, testAgent, type TestAgent } from '../../identity/test/agents.ts'
import { nodeCrypto } from '../../identity/test/node-crypto.ts'
import {
  beginning,
  entryHash,
  type Head,
  headPayload,
  headType,
  type Mark,
  recordHeader,
  recordLine,
} from '../src/index.ts'

export const controller = testAgent(40)
export type Entry = { readonly id: number; readonly [name: string]: JsonValue }

export const entryOf = (id: number): Entry => ({
  id,
  at: new Date(1_790_000_000_000 + id * 1000).toISOString(),
  event: id % 3 === 0 ? 'line.ordered' : 'link.down',
  fields: { link: `link-${id}`, percent: id / 7 },
})

/** The entries with their hashes, after `after`. */
export function chained(entries: readonly Entry[], after: Mark = beginning): (Entry & { readonly hash: string })[] {
  let before = after.hash
  return entries.map((entry) => {
    before = entryHash(before, entry, nodeCrypto)
    return { ...entry, hash: before }
  })
}

export function signedHead(mark: Mark, after: Mark = beginning, { signer, identity }: TestAgent = controller): string {
  const head: Head = { iss: identity.id, iat: seconds + mark.id, id: mark.id, hash: mark.hash, after }
  return signJws(headType, headPayload(head), signer)
}

/** Lines of a record with a head after every `every`th entry; `every` 0: that nobody signs. */
export function written(
  entries: readonly (Entry & { readonly hash: string })[],
  every: number,
  after = beginning,
): string[] {
  const document = controller.identity.document
  const last = entries.at(-1) ?? after
  const header =
    every === 0 ? { after, document: null, head: null } : { after, document, head: signedHead(last, after) }
  return [
    recordHeader(header),
    ...entries.flatMap((entry) => [
      recordLine(entry),
      ...(every > 0 && entry.id % every === 0 ? [recordLine({ head: signedHead(entry, after) })] : []),
    ]),
  ]
}
