/** A proposal as the record of a decision: why, what, what else was considered, what came of it, and how it is done. */
import { meaningOf, usedOf } from '@vagus/api/proposal-words'
import type { Proposal } from '@vagus/api/steering'
import type { ComponentChildren } from 'preact'
import { formatDateTime } from '../figures/clock.ts'
import { formatCapacity, formatRate, formatShare, withUnitsKept } from '../figures/format.ts'
import type { BorderLink } from '../figures/proposal-words.ts'
import { commandAbout } from '../state/commands.ts'
import { clock } from '../state/preferences.ts'
import { hrefOf } from '../state/route.ts'
import { Command } from '../ui/copy.tsx'
import { basisMeanings } from './border-links.tsx'
import { Decide } from './decide.tsx'
import { Approval } from './proposal-approval.tsx'
import { type Capacities, Expected, Outcome } from './proposal-loads.tsx'

interface Props {
  readonly proposal: Proposal
  /** Of the links that there are now. */
  readonly capacities: Capacities
}

export function DecisionRecord({ proposal, capacities: present }: Props) {
  const { id, because, moves, rejected, intents, outcome, approval } = proposal
  const capacities = new Map([...present, ...because.map(({ link, capacity }) => [link, capacity] as const)])
  return (
    <div class="record">
      <div>
        <p class="muted">
          <Life proposal={proposal} />
        </p>
        <Part title="Why">
          <ul>
            {because.map((link) => (
              <Reason key={link.link} link={link} />
            ))}
          </ul>
        </Part>
        <Part title="Moves">
          <ul>
            {moves.map((move) => (
              <li key={move.prefix}>
                <Move move={move} />
              </li>
            ))}
          </ul>
        </Part>
        <Part title="Considered and rejected">
          {rejected.length === 0 ? (
            <p class="muted">Nothing else came into question.</p>
          ) : (
            <ul>
              {rejected.map(({ move, because: reason }) => (
                <li key={`${move.prefix} ${move.to}`}>
                  <Move move={move} />: {withUnitsKept(reason)}
                </li>
              ))}
            </ul>
          )}
        </Part>
        {intents !== undefined && (
          <Part title="Shaped by intents">
            <ul>
              {intents.map(({ intent, effect }) => (
                <li key={intent}>
                  <a href={hrefOf({ page: 'intents', intent })}>{intent}</a>: {withUnitsKept(effect)}
                </li>
              ))}
            </ul>
          </Part>
        )}
      </div>
      <div>
        <Part title="Expected">
          <Expected proposal={proposal} capacities={capacities} />
        </Part>
        {outcome !== null && (
          <Part title="What happened">
            <Outcome proposal={proposal} outcome={outcome} capacities={capacities} />
          </Part>
        )}
      </div>
      <div>
        {approval !== null && (
          <Part title="Approval">
            <Approval id={id} approval={approval} />
          </Part>
        )}
        <HowTo proposal={proposal} />
      </div>
    </div>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <>
      <h3>{title}</h3>
      {children}
    </>
  )
}

function Life({ proposal }: Pick<Props, 'proposal'>) {
  const { state, openedAt, endedAt } = proposal
  const at = (time: string): string => formatDateTime(Date.parse(time), clock.value)
  return (
    <>
      {state}: {meaningOf(proposal)} · proposed {at(openedAt)}
      {endedAt !== null && `, ended ${at(endedAt)}`}
    </>
  )
}

function Reason({ link }: { readonly link: BorderLink }) {
  const { capacity, load, threshold, basis, upper } = link
  return (
    <li>
      <b>{link.link}</b> carried {formatRate(load)}, {formatShare(usedOf(link))} of its {formatCapacity(capacity)}:
      above its threshold of {formatRate(threshold)} (<span title={basisMeanings[basis]}>{basis}</span>)
      {upper !== null && ` and likely to come up to ${formatRate(upper)}`}
    </li>
  )
}

const Move = ({ move: { prefix, bitsPerSecond, from, to } }: { readonly move: Proposal['moves'][number] }) => (
  <>
    <span class="mono">{prefix}</span> <span class="muted">{formatRate(bitsPerSecond)}</span> {from} → {to}
  </>
)

const approvalPath = (id: string): string => `/v1/proposals/${encodeURIComponent(id)}/approval`

/** Buttons for who is signed in with a name; else the page changes nothing, as it has no key: the operator types it. */
function HowTo({ proposal }: Pick<Props, 'proposal'>) {
  const { id, state, classes, approval } = proposal
  if (approval?.state === 'in-force')
    return (
      <Part title="To undo it">
        <Decide text="undo it now" right="undo" method="DELETE" path={approvalPath(id)} />
        <Command text={commandAbout('undo', id)} />
      </Part>
    )
  if (state !== 'open') return null
  return (
    <Part title="To do it">
      <Decide
        text="approve it for one hour"
        right="approve"
        method="POST"
        path={approvalPath(id)}
        body={{ seconds: 3600 }}
      />
      <ul class="commands">
        <li>
          <Command text={commandAbout('dry run', id)} />
        </li>
        <li>
          <Command text={commandAbout('approval', id)} />
        </li>
      </ul>
      <p class="muted">
        On the host of the controller, as its user. It ends by itself after that time, or by{' '}
        <code>{commandAbout('undo', id)}</code>. The controller asks:
      </p>
      <ul class="muted">
        {classes.map((one) => (
          <li key={`${one.prefix} ${one.link}`}>
            {one.device}, to {one.class === null ? 'end the worse MED of' : 'make the MED worse of'}{' '}
            <span class="mono">{one.prefix}</span> on {one.link}
          </li>
        ))}
      </ul>
    </Part>
  )
}
