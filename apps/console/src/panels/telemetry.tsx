/** Telemetry of the agents beside the routers over BGP; nothing when there are none. */
import { useTelemetryLinks } from '../state/resources.ts'
import { view } from '../state/route.ts'
import { matches, NoMatch } from '../ui/filter-field.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { AgentLinks } from './agent-links.tsx'
import { AgentTop } from './agent-top.tsx'

export function Telemetry() {
  const links = useTelemetryLinks()
  const items = links.data?.items ?? []
  if (items.length === 0) return null
  const wanted = items.filter((one) => matches(view.value.filter, one.device, one.interface, one.link))
  const devices = [...new Set(wanted.map(({ device }) => device))]
  return (
    <>
      <Panel
        title="Links as agents measure them"
        span={12}
        command="vagus link ls"
        about="told over BGP as they change"
      >
        <Loaded of={links}>
          {() => (wanted.length === 0 ? <NoMatch what="link" /> : <AgentLinks links={wanted} />)}
        </Loaded>
      </Panel>
      {devices.length > 0 && <AgentTop devices={devices} />}
    </>
  )
}
