/** The figures of the first row. Each says its window or since when; all of one window agree with the panels below. */
import type { ComponentChildren } from 'preact'
import type { FlowTop, Ipv6Share, Link, Status } from '@vagus/api'
import { coverageState } from '@vagus/api/coverage'
import { type Grade, loadGrade, lossGrade } from '@vagus/api/thresholds'
import { coverageWords } from '../figures/coverage.ts'
import { figuresSoon, hasJustBegun } from '../figures/first-figures.ts'
import {
  formatAge,
  formatCount,
  formatShare,
  formatSpan,
  perSecondFigure,
  rateFigure,
  shareFigure,
  unknown,
} from '../figures/format.ts'
import { byPeak, colourOf, peakOf } from '../figures/utilisation.ts'
import { isOld, now } from '../state/live.ts'
import type { Shown } from '../state/resource.ts'
import { useCurrentLinks, useFlowTop, useIpv6Share, useStatus } from '../state/resources.ts'
import { hrefOf } from '../state/route.ts'
import { trendOf } from './ipv6-trend.ts'

/** What the top flows panel of the same page asks for: one request serves both. */
export const overviewTopItems = 10

type Tone = 'plain' | 'warning' | 'error'

const toneOf = { plain: 'plain', marked: 'warning', bad: 'error' } as const satisfies Record<Grade, Tone>

interface CardProps {
  readonly label: string
  /** `undefined`: not asked yet, which is not unknown. */
  readonly value: string | undefined
  readonly unit?: string
  readonly note?: ComponentChildren
  readonly tone?: Tone
  readonly href?: string
}

function Kpi({ label, value, unit, note, tone = 'plain', href }: CardProps) {
  return (
    <div class={`card kpi ${tone}`}>
      <dt>{href === undefined ? label : <a href={href}>{label}</a>}</dt>
      {value === undefined && !isOld.value ? (
        <dd class="skeleton">
          <i />
          <i />
          <span class="visually-hidden">loading</span>
        </dd>
      ) : (
        <>
          <dd class="value">
            {value ?? unknown}
            {unit !== undefined && <small>{unit}</small>}
          </dd>
          <dd class="note">{note}</dd>
        </>
      )}
    </div>
  )
}

interface AwaitedProps {
  readonly label: string
  /** Shown in place of missing data. */
  readonly of: Shown<unknown>
}

/** Nothing to show yet: the answer is pending, or the controller refused it. */
const Awaited = ({ label, of: { failure } }: AwaitedProps) =>
  failure === undefined || failure.kind === 'unreachable' ? (
    <Kpi label={label} value={undefined} />
  ) : (
    <Kpi label={label} value={unknown} note={<span title={failure.text}>no answer</span>} />
  )

export function Kpis() {
  const status = useStatus()
  const top = useFlowTop(overviewTopItems)
  const share = useIpv6Share()
  return (
    <dl class="kpis">
      <Devices status={status} />
      <BusiestLink status={status} />
      <Traffic top={top} status={status} />
      <Ipv6 share={share} />
      <Flows status={status} />
      <Coverage top={top} status={status} />
      <Loss status={status} />
    </dl>
  )
}

interface StatusProps {
  readonly status: Shown<Status>
}

interface TopProps extends StatusProps {
  readonly top: Shown<FlowTop>
}

/** Right after the start incoming flows are not counted yet, which is not zero. */
const isTooEarly = ({ top, status }: TopProps): boolean => top.data?.total.flows === 0 && figuresSoon(status.data)

function Traffic({ top, status }: TopProps) {
  if (top.data === undefined) return <Awaited label="traffic" of={top} />
  if (isTooEarly({ top, status })) return <Kpi label="traffic" value={unknown} note="first figures soon" />
  return (
    <Kpi
      label="traffic"
      {...rateFigure(top.data.total.bitsPerSecond)}
      note={<span title="mean of the window">over {formatSpan(top.data.window.seconds)}</span>}
    />
  )
}

const isCounted = ({ aToZ, zToA }: Link): boolean => aToZ.now !== null || zToA.now !== null

function Coverage({ top, status }: TopProps) {
  // counters are there before enough of both has been seen to compare them
  const countersArrive = useCurrentLinks()?.some(isCounted) ?? false
  if (top.data === undefined) return <Awaited label="coverage" of={top} />
  const { coverage } = top.data
  if (coverage === null) {
    const note =
      countersArrive || hasJustBegun(status.data) || isTooEarly({ top, status }) ? (
        'first figures soon'
      ) : (
        <span title="start vagus device beside the routers">no counters</span>
      )
    return <Kpi label="coverage" value={unknown} note={note} />
  }
  const state = coverageState(coverage)
  return (
    <Kpi
      label="coverage"
      {...shareFigure(coverage)}
      tone={state === 'fine' ? 'plain' : 'warning'}
      note={
        <span title={coverageWords[state]}>
          {state === 'over' ? 'more than counted' : state === 'low' ? 'flows are missing' : 'flows against counters'}
        </span>
      }
    />
  )
}

function Devices({ status }: StatusProps) {
  if (status.data === undefined) return <Awaited label="devices exporting" of={status} />
  const { total, exporting, silent } = status.data.devices
  const quiet = total - exporting
  return (
    <Kpi
      label="devices exporting"
      value={`${exporting} / ${total}`}
      tone={silent > 0 ? 'error' : quiet > 0 ? 'warning' : 'plain'}
      href={hrefOf({ page: 'devices' })}
      note={
        quiet === 0
          ? total === 0
            ? 'none configured'
            : 'all of them'
          : [
              ...(silent > 0 ? [`${silent} silent`] : []),
              ...(quiet > silent ? [`${quiet - silent} without a record`] : []),
            ].join(', ')
      }
    />
  )
}

/** From the counters of this second, as in the status; without counters, from flows. */
function busiestOf(status: Status | undefined, links: readonly Link[]): Status['links']['busiest'] {
  if (status?.links.busiest) return status.links.busiest
  const [first] = byPeak(links)
  const utilisation = first === undefined ? null : peakOf(first)
  return utilisation === null ? null : { name: first!.name, utilisation }
}

function BusiestLink({ status }: StatusProps) {
  const busiest = busiestOf(status.data, useCurrentLinks() ?? [])
  const down = status.data?.links.down ?? 0
  const label = isOld.value ? 'busiest link then' : 'busiest link now'
  if (status.data === undefined && busiest === null) return <Awaited label={label} of={status} />
  if (busiest === null) return <Kpi label={label} value={unknown} note={down > 0 ? `${down} down` : ''} />
  const { name, utilisation } = busiest
  return (
    <Kpi
      label={label}
      {...shareFigure(utilisation)}
      href={hrefOf({ page: 'links', link: name })}
      tone={toneOf[loadGrade(utilisation)]}
      note={
        <>
          <i class="swatch" style={{ background: colourOf(utilisation) }} />
          {name}
          {down > 0 && (
            <>
              {' '}
              · <b class="bad">{down} down</b>
            </>
          )}
        </>
      }
    />
  )
}

function Ipv6({ share: shown }: { readonly share: Shown<Ipv6Share> }) {
  const share = shown.data
  if (share === undefined) return <Awaited label="IPv6 share" of={shown} />
  if (share.share === null) return <Kpi label="IPv6 share" value={unknown} />
  return (
    <Kpi
      label="IPv6 share"
      {...shareFigure(share.share)}
      note={`${trendOf(share).short}${share.blind.length > 0 ? ` · ${share.blind.length} blind` : ''}`}
    />
  )
}

function Flows({ status: shown }: StatusProps) {
  const status = shown.data
  if (status === undefined) return <Awaited label="flow records" of={shown} />
  const { recordsPerSecond, lastAt, wanted = true } = status.flows
  const { value, unit } = perSecondFigure(recordsPerSecond)
  // while the controller is away it gets older; else the clock of the answer is nearer than that of the page
  const at = isOld.value ? now.value : Date.parse(status.now)
  const since = lastAt === null ? undefined : at - Date.parse(lastAt)
  return (
    <Kpi
      label="flow records"
      value={value}
      unit={`${unit}/s`}
      tone={wanted && (since === undefined || since > 60_000) ? 'warning' : 'plain'}
      note={since === undefined ? (wanted ? 'none yet' : 'none wanted') : `last one ${formatAge(since)} ago`}
    />
  )
}

function Loss({ status }: StatusProps) {
  if (status.data === undefined) return <Awaited label="lost on the way" of={status} />
  const { lost, records } = status.data.flows
  const share = lost + records > 0 ? lost / (lost + records) : 0
  return (
    <Kpi
      label="lost on the way"
      {...shareFigure(share)}
      tone={toneOf[lossGrade(share)]}
      note={
        <span
          title={`${formatCount(lost)} of ${formatCount(lost + records)} records since the start (${formatShare(share)})`}
        >
          {formatCount(lost)} records
        </span>
      }
    />
  )
}
