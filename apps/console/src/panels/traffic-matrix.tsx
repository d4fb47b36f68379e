/** Who sends how much to whom: a real table with sums; the shade of a cell helps the eye, its figure says it. */
import { estimatedText } from '@vagus/api/insight-words'
import type { Matrix } from '@vagus/api'
import { formatCount, formatRate, formatShare, rateFigure, withUnitsKept } from '../figures/format.ts'
import { shadeOf, sumsOf } from '../figures/matrix-sums.ts'
import { commandOf } from '../state/commands.ts'
import { useMatrix } from '../state/resources.ts'
import { show, view } from '../state/route.ts'
import { NoFlows, NoSites } from '../ui/empty.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { Provenance } from '../ui/provenance.tsx'
import { Segmented, plain } from '../ui/segmented.tsx'

const versions = [
  { value: 'all', text: 'all' },
  { value: '4', text: 'IPv4' },
  { value: '6', text: 'IPv6' },
] as const

export function TrafficMatrix({ span }: { readonly span: 7 | 12 }) {
  const matrix = useMatrix()
  const { between, version } = view.value
  return (
    <Panel
      title="Traffic matrix"
      span={span}
      command={commandOf('matrix', view.value)}
      about={matrix.data !== undefined && <Provenance {...matrix.data} />}
      controls={
        <>
          <Segmented
            label="Between"
            options={plain(['sites', 'edges'])}
            value={between}
            onChoose={(between) => show({ between })}
          />
          <Segmented label="IP version" options={versions} value={version} onChoose={(version) => show({ version })} />
        </>
      }
    >
      <Loaded of={matrix} lines={8} empty={emptyOf}>
        {(data) => <MatrixTable matrix={data} />}
      </Loaded>
    </Panel>
  )
}

function emptyOf({ names, total, unresolved }: Matrix) {
  if (names.length === 0) return <NoSites />
  return total === 0 && unresolved === 0 ? <NoFlows /> : undefined
}

/** From so many names on they stand upright, so that cells keep their width. */
const uprightFrom = 10

/** One unit for the whole table, so that cells compare at a glance: that of the largest cell. */
const units = [
  { unit: 'Gb/s', factor: 1e9 },
  { unit: 'Mb/s', factor: 1e6 },
  { unit: 'kb/s', factor: 1e3 },
  { unit: 'b/s', factor: 1 },
] as const

function cellText(value: number, factor: number): string {
  const scaled = value / factor
  if (value === 0) return '0'
  if (scaled < 0.005) return '<0.01'
  return scaled >= 100 ? formatCount(scaled) : scaled >= 10 ? scaled.toFixed(1) : scaled.toFixed(2)
}

function MatrixTable({ matrix }: { readonly matrix: Matrix }) {
  const { names, bitsPerSecond, ipv6Share, total, unresolved, version, estimated } = matrix
  const isEstimate = (source: number, sink: number): boolean => estimated?.cells[source]?.[sink] === true
  const { rows, columns, peak } = sumsOf(bitsPerSecond)
  const { unit, factor } = units.find(({ unit }) => unit === rateFigure(peak).unit) ?? units[0]
  const upright = names.length >= uprightFrom ? 'upright' : ''
  const text = (value: number): string => cellText(value, factor)
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Cells of the matrix">
        <table class={`matrix ${upright}`}>
          <caption class="visually-hidden">Traffic in {unit}, rows send, columns receive</caption>
          <thead>
            <tr>
              <th scope="col" class="corner">
                {unit}
              </th>
              {names.map((name) => (
                <th key={name} scope="col">
                  <span>{name}</span>
                </th>
              ))}
              <th scope="col" class="sum">
                <span>sent</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {bitsPerSecond.map((row, source) => (
              <tr key={names[source]}>
                <th scope="row">{names[source]}</th>
                {row.map((value, sink) => (
                  <td
                    key={names[sink]}
                    class={`${value === 0 ? 'none' : ''} ${isEstimate(source, sink) ? 'estimate' : ''}`}
                    style={{ '--shade': shadeOf(value, peak).toFixed(3) }}
                    title={`${names[source]} → ${names[sink]}: ${formatRate(value)}${
                      version === 'all' ? `, IPv6 ${formatShare(ipv6Share[source]?.[sink])}` : ''
                    }${isEstimate(source, sink) ? ', estimated' : ''}`}
                  >
                    {isEstimate(source, sink) && '~'}
                    {text(value)}
                  </td>
                ))}
                <td class="sum">{text(rows[source]!)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">received</th>
              {columns.map((value, sink) => (
                <td key={names[sink]} class="sum">
                  {text(value)}
                </td>
              ))}
              <td class="sum total">{text(total)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      {estimated !== undefined && <p class="footnote">{withUnitsKept(estimatedText(estimated))}.</p>}
      {unresolved > 0 && (
        <p class="footnote">
          {formatRate(unresolved)} more has a source or sink that no {matrix.between === 'sites' ? 'site' : 'edge'} is
          known for.
        </p>
      )}
    </>
  )
}
