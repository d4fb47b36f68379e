/** Devices with what they export and how well we know them; their interfaces below each. */
import type { Device } from '@vagus/api'
import { formatAge, formatCount, formatRate, formatShare, perSecondFigure } from '../figures/format.ts'
import { now } from '../state/live.ts'

export function DeviceTable({ devices }: { readonly devices: readonly Device[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Table of devices">
      <table class="list devices">
        <caption class="visually-hidden">Devices, their exports and interfaces</caption>
        <thead>
          <tr>
            <th scope="col">device</th>
            <th scope="col">role</th>
            <th scope="col">address</th>
            <th scope="col">state</th>
            <th scope="col" class="figure">
              last record
            </th>
            <th scope="col" class="figure">
              records
            </th>
            <th scope="col" class="figure">
              lost
            </th>
            <th scope="col" class="figure">
              sampling
            </th>
            <th scope="col">protocols</th>
            <th scope="col">counters</th>
            <th scope="col" class="figure">
              coverage
            </th>
          </tr>
        </thead>
        {devices.map((device) => (
          <DeviceRows key={device.name} device={device} />
        ))}
      </table>
    </div>
  )
}

const stateWords = { exporting: 'exporting', silent: 'silent', never: 'never seen' } as const

function DeviceRows({ device }: { readonly device: Device }) {
  const { value, unit } = perSecondFigure(device.recordsPerSecond)
  return (
    <tbody>
      <tr>
        <th scope="row">{device.name}</th>
        <td>{device.role}</td>
        <td class="mono">{device.address}</td>
        <td>
          <span class={`state-word ${device.state}`}>{stateWords[device.state]}</span>
        </td>
        <td class="figure">
          {device.lastAt === null ? '–' : `${formatAge(now.value - Date.parse(device.lastAt))} ago`}
        </td>
        <td class="figure">
          {value} {unit}
        </td>
        <td class="figure">{formatShare(device.lostShare)}</td>
        <td class="figure">{device.samplingRate === null ? '–' : `1 in ${formatCount(device.samplingRate)}`}</td>
        <td>{device.protocols.length === 0 ? '–' : device.protocols.join(', ')}</td>
        <td>{device.counters ? 'arrive' : <span class="low">none</span>}</td>
        <td class="figure">{formatShare(device.coverage)}</td>
      </tr>
      {device.interfaces.length > 0 && (
        <tr class="interfaces">
          <td colSpan={11}>
            <ul aria-label={`Interfaces of ${device.name}`}>
              {device.interfaces.map((each) => (
                <Interface key={each.index} interface={each} />
              ))}
            </ul>
          </td>
        </tr>
      )}
    </tbody>
  )
}

function Interface({ interface: each }: { readonly interface: Device['interfaces'][number] }) {
  return (
    <li class={each.state}>
      <span class="mono">{each.name}</span>
      {each.site !== null && <span class="tag">{each.site}</span>}
      {each.state === 'down' ? (
        <b class="low">down</b>
      ) : (
        <span class="muted">
          in {formatRate(each.inBitsPerSecond)} · out {formatRate(each.outBitsPerSecond)}
        </span>
      )}
    </li>
  )
}
