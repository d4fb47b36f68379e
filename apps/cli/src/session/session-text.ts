/** Parts of a session as text. @module */
import type { Session, SessionPath, SessionRadio } from '@vagus/api'
import { pairsOf, placeOf } from '@vagus/api/session-pairs'

/** The whole id, for copying, without the prefix that all ids share. */
export const wholeId = (id: string): string => id.replace(/^did:key:/, '')

/** Names by id of all agents in `sessions`, including relays: an agent has a session with each of its relays. */
export function namesIn(sessions: readonly Session[]): ReadonlyMap<string, string> {
  const ends = sessions.flatMap(({ agent, peer }) => [agent, peer])
  return new Map(ends.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])))
}

/** Seconds of figures before rates of them mean something. */
const leastSeconds = 60

/** `wlan0 as wifi: 144 wakes/h, 5.6 J/h; at once 178 wakes/h, 7 J/h` */
export function radioText({ network, access, seconds, wakes, joules, atOnce }: SessionRadio): string {
  const radio = network === access ? network : `${network} as ${access}`
  if (seconds < leastSeconds) return `${radio}: figures after a minute`
  const figures = ({ wakes: count, joules: taken }: SessionRadio['atOnce']): string =>
    `${Math.round((count * 3600) / seconds)} wakes/h, ${Math.round((taken * 36_000) / seconds) / 10} J/h`
  return `${radio}: ${figures({ wakes, joules })}; at once ${figures(atOnce)}`
}

/** `udp 10.18.0.2:7601`, `relay r1`. */
export const pathText = ({ kind, remote }: SessionPath, names: ReadonlyMap<string, string>): string =>
  `${kind} ${placeOf(remote, names)}`

/** Views of the newest of `sessions`, from one end or both; empty when there is none. */
export function newestOf(sessions: readonly Session[]): readonly Session[] {
  const [newest] = pairsOf(sessions).sort((a, b) => b.view.since.localeCompare(a.view.since))
  return [newest?.view, newest?.other].filter((view) => view !== undefined)
}
