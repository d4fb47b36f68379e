/** Parts of a session as text. @module */
import type { Session, SessionPath } from '@vagus/api'
import { pairsOf } from '@vagus/api/session-pairs'

type End = Session['agent']

/** The name, or for an unlisted agent its id, without the prefix that all ids share. */
export const endText = ({ name, id }: End): string => name ?? id.replace(/^did:key:/, '')

/** `hybrid` when it includes a post-quantum key agreement. */
export const cipherKind = (cipher: string): 'hybrid' | 'classic' => (cipher.includes('MLKEM') ? 'hybrid' : 'classic')

/** The path that carries data now. */
export const primaryOf = ({ paths }: Session): SessionPath | undefined => paths.find(({ primary }) => primary)

/** Names by id of all agents in `sessions`, including relays: an agent has a session with each of its relays. */
export function namesIn(sessions: readonly Session[]): ReadonlyMap<string, string> {
  const ends = sessions.flatMap(({ agent, peer }) => [agent, peer])
  return new Map(ends.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])))
}

/** `10.18.0.2:7601`; of a relay, its name or else its id. */
export function placeText(uri: string, names: ReadonlyMap<string, string>): string {
  const [, scheme, rest = uri] = /^([a-z]+):\/\/(.*)$/.exec(uri) ?? []
  if (scheme !== 'relay') return rest.replace(/\/$/, '')
  const [id = rest] = rest.split('/')
  return endText({ id, name: names.get(id) ?? null })
}

/** `udp 10.18.0.2:7601`, `relay r1`. */
export const pathText = ({ kind, remote }: SessionPath, names: ReadonlyMap<string, string>): string =>
  `${kind} ${placeText(remote, names)}`

/** Views of the newest of `sessions`, from one end or both; empty when there is none. */
export function newestOf(sessions: readonly Session[]): readonly Session[] {
  const [newest] = pairsOf(sessions).sort((a, b) => b.view.since.localeCompare(a.view.since))
  return [newest?.view, newest?.other].filter((view) => view !== undefined)
}
