/** Parts of a session as people read them. @module */
import type { Session, SessionPath } from '@vagus/api'
import { pairsOf } from '@vagus/api/session-pairs'

type End = Session['agent']

/** Of an agent that is on no list, what tells its id from others comes first. */
export const endText = ({ name, id }: End): string => name ?? id.replace(/^did:key:/, '')

/** `hybrid` where a post-quantum key agreement is part of it. */
export const cipherKind = (cipher: string): 'hybrid' | 'classic' => (cipher.includes('MLKEM') ? 'hybrid' : 'classic')

/** By which data goes now. */
export const primaryOf = ({ paths }: Session): SessionPath | undefined => paths.find(({ primary }) => primary)

/** Ids to names, of all agents in `sessions`: an agent has a session with each relay that it is at. */
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

/** What is told of the newest of `sessions`, by one end or by both; nothing where there is none. */
export function newestOf(sessions: readonly Session[]): readonly Session[] {
  const [newest] = pairsOf(sessions).sort((a, b) => b.view.since.localeCompare(a.view.since))
  return [newest?.view, newest?.other].filter((view) => view !== undefined)
}
