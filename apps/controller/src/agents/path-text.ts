/** A path of a session as events name it: `udp 10.18.0.2:7601`, `relay gate`. @module */
import type { SessionPath } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import type { AgentId } from '@vagus/identity'

/** The name of a listed agent; undefined for others. */
export type NameOf = (id: AgentId) => string | undefined

/** Kind and far end; of a path through a relay the relay, by its name where it is listed. */
export function pathText({ kind, remote }: SessionPath, nameOf: NameOf): string {
  const address = withoutScheme(remote)
  if (kind !== 'relay') return `${kind} ${address}`
  const relay = address.split('/', 1)[0]! // relay://ID/HANDLE; split gives at least one part
  return `relay ${nameOf(relay) ?? shortId(relay)}`
}

/** Two paths so that they read differently: by the near end where the far end is the same. */
export function pathTexts(from: SessionPath, to: SessionPath, nameOf: NameOf): readonly [string, string] {
  const texts = [pathText(from, nameOf), pathText(to, nameOf)] as const
  if (texts[0] !== texts[1]) return texts
  return [`${from.kind} from ${withoutScheme(from.local)}`, `${to.kind} from ${withoutScheme(to.local)}`]
}

const withoutScheme = (uri: string): string => uri.replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
