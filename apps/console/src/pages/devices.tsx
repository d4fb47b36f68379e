/** Devices and their exporters: what each exports, and what is missing. */
import { CounterTable } from '../panels/counter-table.tsx'
import { DeviceTable } from '../panels/device-table.tsx'
import { ExporterTable } from '../panels/exporter-table.tsx'
import { Quality } from '../panels/quality.tsx'
import { Telemetry } from '../panels/telemetry.tsx'
import { commandOf } from '../state/commands.ts'
import { useDevices, useExporters } from '../state/resources.ts'
import { view } from '../state/route.ts'
import { NoDevices, NoFlows } from '../ui/empty.tsx'
import { FilterField, matches, NoMatch } from '../ui/filter-field.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { WindowOf } from '../ui/provenance.tsx'

export function Devices() {
  const devices = useDevices()
  const exporters = useExporters()
  const { filter } = view.value
  const counters = exporters.data?.counters?.filter(({ device }) => matches(filter, device)) ?? []
  return (
    <>
      <Quality />
      <Panel
        title="Devices"
        span={12}
        command={commandOf('devices', view.value)}
        about={devices.data !== undefined && <WindowOf window={devices.data.window} />}
        controls={<FilterField label="Filter devices" />}
      >
        <Loaded of={devices} lines={10} empty={(data) => (data.items.length === 0 ? <NoDevices /> : undefined)}>
          {({ items }) => {
            const wanted = items.filter(({ name, address, role, state }) => matches(filter, name, address, role, state))
            return wanted.length === 0 ? <NoMatch what="device" /> : <DeviceTable devices={wanted} />
          }}
        </Loaded>
      </Panel>
      <Telemetry />
      <Panel
        title="Exporters"
        span={12}
        command={commandOf('exporters', view.value)}
        about="since the start of the controller"
      >
        <Loaded of={exporters} lines={6} empty={(data) => (data.items.length === 0 ? <NoFlows /> : undefined)}>
          {({ items }) => {
            const wanted = items.filter(({ device, address, protocol }) => matches(filter, device, address, protocol))
            return wanted.length === 0 ? <NoMatch what="exporter" /> : <ExporterTable exporters={wanted} />
          }}
        </Loaded>
      </Panel>
      {counters.length > 0 && (
        <Panel title="Interface counters" span={12} command={commandOf('exporters', view.value)}>
          <CounterTable counters={counters} />
        </Panel>
      )}
    </>
  )
}
