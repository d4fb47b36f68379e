/** Borders: the parallel links to neighbour ASes, and the moves of prefixes between them that were proposed. */
import type { Border as BorderData, Proposal, ProposalList } from '@vagus/api/steering'
import { movesText } from '@vagus/api/proposal-words'
import { Border } from '../panels/border.tsx'
import { ProposalTable } from '../panels/proposal-table.tsx'
import { commandOf } from '../state/commands.ts'
import type { Shown } from '../state/resource.ts'
import { latestProposals, useBorders, useProposal, useProposals } from '../state/resources.ts'
import { view } from '../state/route.ts'
import { NoBorders, NoProposals } from '../ui/empty-borders.tsx'
import { FilterField, matches, NoMatch } from '../ui/filter-field.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'

export function Borders() {
  const borders = useBorders()
  const proposals = useProposals()
  const items = borders.data?.items ?? []
  const wanted = items.filter(isWanted)
  const isNone = borders.data?.items.length === 0 && (proposals.data?.items.length ?? 0) === 0
  return (
    <>
      {/* without borders there is nothing to propose, and an older controller knows none */}
      {!isNone && proposals.failure?.kind !== 'missing' && (
        <Proposals proposals={proposals} borders={borders.data?.items} />
      )}
      {wanted.length > 0 ? (
        wanted.map((border) => <Border key={border.neighbour} border={border} />)
      ) : (
        <Panel title="Borders" span={12} command={commandOf('borders', view.value)}>
          <Loaded of={borders} lines={8} empty={(data) => (data.items.length === 0 ? <NoBorders /> : undefined)}>
            {() => <NoMatch what="border" />}
          </Loaded>
        </Panel>
      )}
    </>
  )
}

const isWanted = ({ neighbour, links, prefixes }: BorderData): boolean =>
  matches(view.value.filter, neighbour, ...links.map(({ link }) => link), ...prefixes.map(({ prefix }) => prefix))

interface ProposalsProps {
  readonly proposals: Shown<ProposalList>
  /** Undefined: not known. */
  readonly borders: readonly BorderData[] | undefined
}

function Proposals({ proposals, borders }: ProposalsProps) {
  const latest = proposals.data?.items
  const { proposal: named } = view.value
  const isLatest = latest?.some(({ id }) => id === named)
  const older = useProposal(isLatest === false && named !== '' && named !== 'none' ? named : undefined)
  // what is kept of the one before is not what is asked for
  const items = [...(latest ?? []), ...(older.data?.id === named && isLatest === false ? [older.data] : [])]
  const capacities = new Map(
    (borders ?? []).flatMap(({ links }) => links.map(({ link, capacity }) => [link, capacity] as const)),
  )
  return (
    <Panel
      title="Proposals"
      span={12}
      command={commandOf('proposals', view.value)}
      about={latest && aboutProposals(latest)}
      controls={<FilterField label="Filter borders and proposals" />}
    >
      <Loaded
        of={proposals}
        lines={4}
        empty={() =>
          items.length === 0 && older.failure === undefined ? <NoProposals borders={borders} /> : undefined
        }
      >
        {() => {
          const wanted = items.filter(isWantedProposal)
          return (
            <>
              {older.failure?.kind === 'missing' && (
                <p class="kept" role="status">
                  There is no proposal “{named}”.
                </p>
              )}
              {wanted.length > 0 ? (
                <ProposalTable proposals={wanted} capacities={capacities} />
              ) : (
                items.length > 0 && <NoMatch what="proposal" />
              )}
            </>
          )
        }}
      </Loaded>
    </Panel>
  )
}

function aboutProposals(latest: readonly Proposal[]): string {
  const open = latest.filter(({ state }) => state === 'open').length
  const which = latest.length === latestProposals ? `the latest ${latestProposals}` : 'last 24h'
  return `${which} · ${open} open`
}

const isWantedProposal = ({ id, neighbour, state, because, moves }: Proposal): boolean =>
  matches(
    view.value.filter,
    id,
    neighbour,
    state,
    movesText(moves),
    ...because.map(({ link }) => link),
    ...moves.flatMap(({ prefix, from, to }) => [prefix, from, to]),
  )
