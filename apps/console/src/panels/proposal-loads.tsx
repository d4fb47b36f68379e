/** Loads of the links of a proposal: as its moves should make them, and as they became beside the other choice. */
import type { Proposal } from '@vagus/api/steering'
import { formatRate, formatShare, formatSpan } from '../figures/format.ts'
import { isTaken } from '@vagus/api/proposal-words'
import { colourOf } from '../figures/utilisation.ts'
import { Bar } from '../ui/bar.tsx'

/** Bits per second, by link; of links that are no more, none. */
export type Capacities = ReadonlyMap<string, number>

interface LoadProps {
  readonly rate: number
  readonly capacity: number | undefined
}

/** As a share, where the capacity is known. */
const Load = ({ rate, capacity }: LoadProps) => (
  <td class="figure" title={formatRate(rate)}>
    {capacity === undefined ? formatRate(rate) : formatShare(rate / capacity)}
  </td>
)

function LoadBar({ rate, capacity }: LoadProps) {
  const share = capacity === undefined ? null : rate / capacity
  return (
    <td class="bar-cell">
      <Bar share={share} colour={colourOf(share)} />
    </td>
  )
}

interface ExpectedProps {
  readonly proposal: Pick<Proposal, 'id' | 'expected'>
  readonly capacities: Capacities
}

export const Expected = ({ proposal: { id, expected }, capacities }: ExpectedProps) => (
  <table class="list loads">
    <caption class="visually-hidden">Loads that {id} should give</caption>
    <thead>
      <tr>
        <th scope="col">link</th>
        <th scope="col" class="figure">
          before
        </th>
        <td class="bar-cell" />
        <th scope="col" class="figure">
          after
        </th>
        <td class="bar-cell" />
      </tr>
    </thead>
    <tbody>
      {expected.map(({ link, before, after }) => (
        <tr key={link}>
          <th scope="row">{link}</th>
          <Load rate={before} capacity={capacities.get(link)} />
          <LoadBar rate={before} capacity={capacities.get(link)} />
          <Load rate={after} capacity={capacities.get(link)} />
          <LoadBar rate={after} capacity={capacities.get(link)} />
        </tr>
      ))}
    </tbody>
  </table>
)

interface OutcomeProps {
  readonly proposal: Pick<Proposal, 'id' | 'state'>
  readonly outcome: NonNullable<Proposal['outcome']>
  readonly capacities: Capacities
}

const choices = { taken: ['with the moves', 'without'], left: ['without the moves', 'with'] } as const

export function Outcome({ proposal, outcome: { seconds, links }, capacities }: OutcomeProps) {
  const [was, other] = choices[isTaken(proposal) ? 'taken' : 'left']
  return (
    <>
      <p class="muted">
        Over {formatSpan(seconds)}; “{other}” is what the same traffic would have given.
      </p>
      <table class="list loads">
        <caption class="visually-hidden">What happened at {proposal.id}</caption>
        <thead>
          <tr>
            <td />
            <th scope="colgroup" colSpan={2} class="figure">
              {was}
            </th>
            <th scope="colgroup" colSpan={2} class="figure">
              {other}
            </th>
          </tr>
          <tr>
            <th scope="col">link</th>
            {['there', 'here'].map((choice) => (
              <>
                <th key={`peak ${choice}`} scope="col" class="figure" title="highest mean of a step">
                  peak
                </th>
                <th key={`above ${choice}`} scope="col" class="figure" title="time above its threshold">
                  above
                </th>
              </>
            ))}
          </tr>
        </thead>
        <tbody>
          {links.map((one) => (
            <tr key={one.link}>
              <th scope="row">{one.link}</th>
              <Load rate={one.peak} capacity={capacities.get(one.link)} />
              <td class="figure">{formatSpan(one.secondsAbove)}</td>
              <Load rate={one.otherPeak} capacity={capacities.get(one.link)} />
              <td class="figure">{formatSpan(one.otherSecondsAbove)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
