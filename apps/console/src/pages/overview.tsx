/** Everything at a glance; each panel leads to its page. */
import { isForAgents } from '../figures/for-agents.ts'
import { EventsPanel } from '../panels/events-panel.tsx'
import { Ipv6Share } from '../panels/ipv6-share.tsx'
import { Kpis, overviewTopItems } from '../panels/kpis.tsx'
import { LinkLoad } from '../panels/link-load.tsx'
import { NetworkMap } from '../panels/network-map.tsx'
import { OpenProposals } from '../panels/open-proposals.tsx'
import { Quality } from '../panels/quality.tsx'
import { TopFlows } from '../panels/top-flows.tsx'
import { UnmetIntents } from '../panels/unmet-intents.tsx'
import { TrafficMatrix } from '../panels/traffic-matrix.tsx'
import { useStatus } from '../state/resources.ts'
import { Agents } from './agents.tsx'

export const Overview = () => (isForAgents(useStatus().data) ? <OfAgents /> : <OfNetwork />)

const OfAgents = () => (
  <>
    <Quality />
    <Agents />
    <EventsPanel span={12} />
  </>
)

const OfNetwork = () => (
  <>
    <Kpis />
    <OpenProposals />
    <UnmetIntents />
    <Quality />
    <NetworkMap />
    <EventsPanel span={4} />
    <LinkLoad span={7} height={252} />
    <TopFlows span={5} items={overviewTopItems} />
    <TrafficMatrix span={7} />
    <Ipv6Share span={5} height={150} />
  </>
)
