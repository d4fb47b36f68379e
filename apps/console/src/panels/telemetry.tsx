/** What agents beside the routers tell over BGP; nothing at all where there are none. */
import { useTelemetryLinks } from '../state/resources.ts'
import { Loaded, Panel } from '../ui/panel.tsx'
import { AgentLinks } from './agent-links.tsx'
import { AgentTop } from './agent-top.tsx'

export function Telemetry() {
  const links = useTelemetryLinks()
  const items = links.data?.items ?? []
  if (items.length === 0) return null
  return (
    <>
      <Panel
        title="Links as agents measure them"
        span={12}
        command="vagus link ls"
        about="told over BGP as they change"
      >
        <Loaded of={links}>{(data) => <AgentLinks links={data.items} />}</Loaded>
      </Panel>
      <AgentTop devices={[...new Set(items.map(({ device }) => device))]} />
    </>
  )
}
