/** The largest groups of flows by one or two dimensions. */
import { Fragment } from 'preact'
import type { Dimension, FlowTop } from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import { formatCount, formatOctets, formatRate, formatShare } from '../figures/format.ts'
import { commandOf } from '../state/commands.ts'
import { useFlowTop } from '../state/resources.ts'
import { hrefOf, show, view } from '../state/route.ts'
import { dimensionLabels } from '../state/url-state.ts'
import { Bar } from '../ui/bar.tsx'
import { NoFlows } from '../ui/empty.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { Provenance } from '../ui/provenance.tsx'
import { Select } from '../ui/select.tsx'
import { useWidth } from '../ui/width.ts'

interface Props {
  readonly span: 5 | 12
  readonly items: number
}

/** Values that are addresses or numbers are set in the typeface for them. */
const isCode = (dimension: Dimension): boolean => ['src', 'dst', 'srcPort', 'dstPort', 'tos'].includes(dimension)

export function TopFlows({ span, items }: Props) {
  const top = useFlowTop(items)
  const { by } = view.value
  return (
    <Panel
      title="Top flows"
      span={span}
      command={`${commandOf('top', view.value)} -n ${items}`}
      about={top.data !== undefined && <Provenance {...top.data} />}
      controls={<Dimensions by={by} />}
    >
      <Loaded of={top} lines={items} empty={(data) => (data.items.length === 0 ? <NoFlows /> : undefined)}>
        {(data) => <TopTable top={data} />}
      </Loaded>
    </Panel>
  )
}

const dimensionOptions = Object.entries(dimensionLabels).map(([value, text]) => ({ value: value as Dimension, text }))

function Dimensions({ by: [first = 'src', second] }: { readonly by: readonly Dimension[] }) {
  return (
    <>
      <Select
        label="by"
        options={dimensionOptions}
        value={first}
        onChoose={(value) => show({ by: second === undefined || second === value ? [value] : [value, second] })}
      />
      <Select
        label="and"
        options={[
          { value: '' as const, text: 'nothing else' },
          ...dimensionOptions.filter(({ value }) => value !== first),
        ]}
        value={second ?? ''}
        onChoose={(value) => show({ by: value === '' ? [first] : [first, value] })}
      />
    </>
  )
}

/** A long IPv6 address breaks between its groups, not within them. */
const KeyText = ({ text }: { readonly text: string }) =>
  text === '' ? (
    <>unknown</>
  ) : (
    <>
      {text.split(/(?<=:)(?!:)/).map((group, index) => (
        // the groups of an address have no other name than their place
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {group}
        </Fragment>
      ))}
    </>
  )

interface Marked {
  readonly item: FlowTop['items'][number]
  readonly dimension: Dimension
}

/** The agent that is known at an address, with the way to it; other programs of its host may use the address, too. */
function AgentMark({ item, dimension }: Marked) {
  const mark = dimension === 'src' || dimension === 'dst' ? item.agents?.[dimension] : undefined
  if (mark === undefined) return null
  const address = item.key[dimension] ?? ''
  const filter = mark.id === null ? address : mark.name
  return (
    <>
      {' '}
      <a class="agent-mark" href={hrefOf({ page: 'agents', filter })} title={`vagus whois ${address}`}>
        {mark.name === mark.id ? shortId(mark.id) : mark.name}
      </a>
    </>
  )
}

/** Below this two addresses beside each other would break into four lines each: they stand one above the other. */
const stackedBelow = 520
/** From here on volume, packets and flows fit beside the rate. */
const wide = 760

function TopTable({ top }: { readonly top: FlowTop }) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const stacked = width < stackedBelow && top.by.length > 1
  return (
    <>
      <div ref={ref} class="scroll" tabIndex={0} role="region" aria-label="Largest flow groups">
        <table class="list top">
          <caption class="visually-hidden">
            Largest flow groups by {top.by.map((each) => dimensionLabels[each]).join(' and ')}
          </caption>
          <thead>
            <tr>
              {stacked ? (
                <th scope="col">{top.by.map((dimension) => dimensionLabels[dimension]).join(' → ')}</th>
              ) : (
                top.by.map((dimension) => (
                  <th key={dimension} scope="col">
                    {dimensionLabels[dimension]}
                  </th>
                ))
              )}
              <th scope="col" class="figure">
                {stacked ? 'rate, share' : 'rate'}
              </th>
              <td class="bar-cell" />
              {!stacked && (
                <th scope="col" class="figure">
                  share
                </th>
              )}
              {width >= wide && (
                <>
                  <th scope="col" class="figure">
                    volume
                  </th>
                  <th scope="col" class="figure">
                    packets
                  </th>
                  <th scope="col" class="figure">
                    flows
                  </th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {top.items.map((item) => (
              <tr key={top.by.map((dimension) => item.key[dimension]).join(' ')}>
                {stacked ? (
                  <td class="key-cell">
                    {top.by.map((dimension) => (
                      <div key={dimension} class={isCode(dimension) ? 'mono' : ''}>
                        <KeyText text={item.key[dimension] ?? ''} />
                        <AgentMark item={item} dimension={dimension} />
                      </div>
                    ))}
                  </td>
                ) : (
                  top.by.map((dimension) => (
                    <td
                      key={dimension}
                      class={isCode(dimension) ? 'mono key-cell' : 'key-cell'}
                      title={item.key[dimension]}
                    >
                      <KeyText text={item.key[dimension] ?? ''} />
                      <AgentMark item={item} dimension={dimension} />
                    </td>
                  ))
                )}
                <td class="figure">
                  {formatRate(item.bitsPerSecond)}
                  {stacked && <div class="muted">{formatShare(item.share)}</div>}
                </td>
                <td class="bar-cell">
                  <Bar share={item.share} colour="var(--series-a)" />
                </td>
                {!stacked && <td class="figure">{formatShare(item.share)}</td>}
                {width >= wide && (
                  <>
                    <td class="figure">
                      {formatOctets(item.octets)}
                      {item.error > 0 && <span class="error-of"> −{formatOctets(item.error)}</span>}
                    </td>
                    <td class="figure">{formatCount(item.packets)}</td>
                    <td class="figure">{formatCount(item.flows)}</td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="footnote">
        {formatRate(top.total.bitsPerSecond)} in {formatCount(top.total.flows)} flows in all ·{' '}
        {top.method === 'exact' ? 'exact counts' : 'Space-Saving: figures are upper bounds'}
      </p>
    </>
  )
}
