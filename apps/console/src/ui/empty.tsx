/** What a panel says when it has nothing to show: why, and the commands that fill it. */
import type { ComponentChildren } from 'preact'
import { figuresSoon, hasJustBegun } from '../figures/first-figures.ts'
import { isForAgents } from '../figures/for-agents.ts'
import { urlOf } from '../state/request.ts'
import { useStatus } from '../state/resources.ts'
import { Command } from './copy.tsx'

interface Props {
  readonly title: string
  readonly children: ComponentChildren
  readonly commands: readonly string[]
}

export function Empty({ title, children, commands }: Props) {
  return (
    <div class="state empty">
      <strong>{title}</strong>
      <p>{children}</p>
      <ul>
        {commands.map((command) => (
          <li key={command}>
            <Command text={command} />
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Right after the start: figures are some seconds behind what comes in. */
const FirstFigures = () => (
  <Empty title="The first figures come in some seconds" commands={['vagus doctor']}>
    A flow is told when it was seen for a while, not when it begins. If nothing comes, doctor says what is missing.
  </Empty>
)

export const NoFlows = () => {
  const status = useStatus().data
  if (figuresSoon(status)) return <FirstFigures />
  return isForAgents(status) ? <NoFlowsWanted /> : <NoFlowsAtAll />
}

const NoFlowsWanted = () => (
  <Empty title="No flows are wanted here" commands={['vagus agent ls', 'vagus config explain flow.listen']}>
    This controller is for agents: the page Agents shows them. It has devices, sites and links as soon as vagus.yaml
    names some.
  </Empty>
)

const NoFlowsAtAll = () => (
  <Empty
    title="No flows in this window"
    commands={['vagus lab up', `softflowd -i eth0 -v 10 -n ${location.hostname}:4739`, 'vagus doctor']}
  >
    Start the lab, or point an exporter here: IPFIX on udp/4739, NetFlow on udp/2055, sFlow on udp/6343, unless
    flow.listen says otherwise. If one is set up already, doctor says what is missing.
  </Empty>
)

export const NoDevices = () => (
  <Empty title="No devices" commands={['vagus lab up', 'vagus config explain devices']}>
    Start a network of real routers, or list yours under devices in vagus.yaml.
  </Empty>
)

export const NoLinks = () => (
  <Empty title="No links" commands={['vagus lab up', 'vagus config explain links']}>
    The map is drawn from links in vagus.yaml: two ends and a capacity.
  </Empty>
)

export const NoSites = () => (
  <Empty title="Nothing to draw a matrix between" commands={['vagus lab up', 'vagus config explain sites']}>
    Flows are sorted by the prefixes of sites in vagus.yaml.
  </Empty>
)

export const NoAgents = () => (
  <Empty
    title="No agents"
    commands={[
      `vagus run --name NAME --controller ${urlOf('').replace(/\/$/, '')} -- node my-agent.js`,
      'vagus agent ls',
    ]}
  >
    An agent shows here as soon as it publishes itself. A program that speaks A2A or MCP becomes one as it is, beside a
    side-car.
  </Empty>
)

export const NoSessions = () => (
  <Empty title="No sessions" commands={['curl ${VAGUS_AGENTS_URL}NAME/.well-known/agent-card.json']}>
    One begins when an agent calls another by its name, as any program that vagus run has started can:
  </Empty>
)

export const NoLoad = ({ link }: { readonly link: string }) =>
  hasJustBegun(useStatus().data) ? <FirstFigures /> : <NoLoadAtAll link={link} />

const NoLoadAtAll = ({ link }: { readonly link: string }) => (
  <Empty title={`Nothing is known of ${link} in this window`} commands={['vagus device ls', 'vagus doctor']}>
    Its load comes from interface counters (vagus device beside the router) or from flows of the interfaces at its ends.
  </Empty>
)
