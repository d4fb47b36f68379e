/** The share of IPv6 over time, its trend, and the devices that cannot see it. */
import { useMemo } from 'preact/hooks'
import type { Ipv6Share as Share } from '@vagus/api'
import { formatRate, formatShare, formatShareTick, shareFigure } from '../figures/format.ts'
import { firstStepOf, sharesOf, stepTimes } from '../figures/series.ts'
import { commandOf } from '../state/commands.ts'
import { useIpv6Share } from '../state/resources.ts'
import { hrefOf, view } from '../state/route.ts'
import { NoFlows } from '../ui/empty.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { Provenance } from '../ui/provenance.tsx'
import type { ChartSeries } from '../ui/time-chart.tsx'
import { TimeChart } from '../ui/time-chart.tsx'
import { trendOf } from './ipv6-trend.ts'

export function Ipv6Share({ span, height }: { readonly span: 5 | 6 | 12; readonly height: number }) {
  const share = useIpv6Share()
  return (
    <Panel
      title="IPv6 share"
      span={span}
      command={commandOf('ipv6', view.value)}
      about={share.data !== undefined && <Provenance window={share.data.window} coverage={share.data.coverage} />}
    >
      <Loaded of={share} lines={7} empty={(data) => (data.share === null ? <NoFlows /> : undefined)}>
        {(data) => <Content share={data} height={height} />}
      </Loaded>
    </Panel>
  )
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

function Content({ share, height }: { readonly share: Share; readonly height: number }) {
  const { window, stepSeconds, ipv4, ipv6, blind } = share
  const { times, series } = useMemo(() => {
    const shares = sharesOf(ipv4, ipv6)
    const first = firstStepOf(stepSeconds, shares)
    const values = shares.slice(first).map((value) => (value === null ? null : value * 100))
    return {
      times: stepTimes(window.from, stepSeconds, ipv6.length).slice(first),
      series: [{ label: 'IPv6 share', colour: '--series-a', values, fill: 0.14 }] satisfies ChartSeries[],
    }
  }, [share])
  const { value, unit } = shareFigure(share.share ?? 0)
  return (
    <>
      <div class="lead">
        <p class="value">
          {value}
          <small>{unit}</small>
        </p>
        <p>
          {trendOf(share).long}
          <br />
          <span class="muted">
            IPv6 {formatRate(mean(ipv6))} · IPv4 {formatRate(mean(ipv4))} on average
          </span>
        </p>
      </div>
      <TimeChart
        label={`IPv6 share in per cent over time: ${value} ${unit} over the whole window; ${trendOf(share).long}`}
        times={times}
        series={series}
        top={100}
        format={(percent) => formatShare(percent / 100)}
        formatTick={(percent) => formatShareTick(percent / 100)}
        height={height}
      />
      {blind.length > 0 && (
        <p class="note warning">
          Not known, not zero:{' '}
          {blind.map((name, index) => (
            <>
              {index > 0 && ', '}
              <a href={hrefOf({ page: 'devices', filter: name })}>{name}</a>
            </>
          ))}{' '}
          never exported IPv6. NetFlow v5 cannot carry it: export IPFIX or NetFlow v9 there.
        </p>
      )}
    </>
  )
}
