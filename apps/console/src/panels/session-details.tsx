/** The reports of both ends of a session: paths and all facts of one, and the facts of the other that differ. */
import type { Session, SessionPath } from '@vagus/api'
import { nameOfEnd, placeOf, type SessionPair } from '@vagus/api/session-pairs'
import { formatDateTime } from '../figures/clock.ts'
import { formatAge, formatMilliseconds } from '../figures/format.ts'
import type { Fact } from '../figures/session-words.ts'
import { factsOf } from '../figures/session-words.ts'
import { now } from '../state/live.ts'
import { clock } from '../state/preferences.ts'

interface Props {
  readonly pair: SessionPair
  readonly names: ReadonlyMap<string, string>
}

export function SessionDetails({ pair: { view, other }, names }: Props) {
  const since = (at: string): string => formatDateTime(Date.parse(at), clock.value)
  const facts = factsOf(view, since)
  const differing = other && factsOf(other, since).filter(({ text }, index) => text !== facts[index]!.text)
  return (
    <div class="session-ends">
      <End session={view} facts={facts} names={names} />
      {other === undefined ? (
        <p class="muted">{nameOfEnd(view.peer)} does not report it.</p>
      ) : (
        <End session={other} facts={differing ?? []} names={names} />
      )}
    </div>
  )
}

interface EndProps {
  readonly session: Session
  readonly facts: readonly Fact[]
  readonly names: Props['names']
}

function End({ session: { agent, paths, toldAt }, facts, names }: EndProps) {
  return (
    <div>
      <h3>
        As reported by {nameOfEnd(agent)} <span class="muted">{formatAge(now.value - Date.parse(toldAt))} ago</span>
      </h3>
      <ul class="paths">
        {paths.map((path) => (
          <Path key={`${path.local} ${path.remote}`} path={path} names={names} />
        ))}
      </ul>
      <dl class="facts">
        {facts.map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function Path({ path, names }: { readonly path: SessionPath; readonly names: Props['names'] }) {
  return (
    <li class={path.primary ? 'primary' : ''}>
      <b>{path.kind}</b>
      <span class="mono" title={`${path.local} to ${path.remote}`}>
        {placeOf(path.remote, names)}
      </span>
      <span class={`state-word ${path.state}`}>{path.state}</span>
      <span class="muted">
        {path.primary ? 'in use' : path.status} · {formatMilliseconds(path.roundTripMs)}
      </span>
    </li>
  )
}
