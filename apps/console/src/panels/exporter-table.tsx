/** Who sends flow datagrams: each address, port and observation domain with its templates, losses and sampling. */
import type { Exporter } from '@vagus/api'
import { formatAge, formatCount, formatShare } from '../figures/format.ts'
import { now } from '../state/live.ts'

const protocolNames = { netflow5: 'NetFlow v5', netflow9: 'NetFlow v9', ipfix: 'IPFIX', sflow5: 'sFlow v5' } as const

export function ExporterTable({ exporters }: { readonly exporters: readonly Exporter[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Table of exporters">
      <table class="list">
        <caption class="visually-hidden">Exporters</caption>
        <thead>
          <tr>
            <th scope="col">exporter</th>
            <th scope="col">device</th>
            <th scope="col">protocol</th>
            <th scope="col" class="figure">
              last
            </th>
            <th scope="col" class="figure">
              datagrams
            </th>
            <th scope="col" class="figure">
              records
            </th>
            <th scope="col" class="figure">
              templates
            </th>
            <th scope="col" class="figure">
              parked
            </th>
            <th scope="col" class="figure">
              malformed
            </th>
            <th scope="col" class="figure">
              lost
            </th>
            <th scope="col">sampling</th>
          </tr>
        </thead>
        <tbody>
          {exporters.map((exporter) => (
            <ExporterRow
              key={`${exporter.address} ${exporter.port} ${exporter.domain} ${exporter.protocol}`}
              exporter={exporter}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ExporterRow({ exporter }: { readonly exporter: Exporter }) {
  const { lost, sampling } = exporter
  return (
    <tr>
      <th scope="row" class="mono">
        {exporter.address}:{exporter.port}
        {exporter.domain > 0 && <span class="tag">domain {exporter.domain}</span>}
      </th>
      <td>{exporter.device ?? <span class="low">not configured</span>}</td>
      <td>{protocolNames[exporter.protocol]}</td>
      <td class="figure">{formatAge(now.value - Date.parse(exporter.lastAt))} ago</td>
      <td class="figure">{formatCount(exporter.datagrams)}</td>
      <td class="figure">{formatCount(exporter.records)}</td>
      <td class="figure">{formatCount(exporter.templates)}</td>
      <td class="figure">{formatCount(exporter.parked)}</td>
      <td class="figure">{formatCount(exporter.malformed)}</td>
      <td class="figure" title={`counting rule: ${lost.rule}`}>
        {formatShare(lost.share)}{' '}
        <span class="muted">
          ({formatCount(lost.units)} {lost.unit})
        </span>
      </td>
      <td title={sampling?.from}>{sampling === null ? '–' : `1 in ${formatCount(sampling.rate)}`}</td>
    </tr>
  )
}
