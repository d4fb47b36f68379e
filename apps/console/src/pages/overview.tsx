/** Everything at a glance; each panel leads to its page. */
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

export const Overview = () => (
  <>
    <Kpis />
    <OpenProposals />
    <UnmetIntents />
    <Quality />
    <NetworkMap />
    <EventsPanel />
    <LinkLoad span={7} height={252} />
    <TopFlows span={5} items={overviewTopItems} />
    <TrafficMatrix span={7} />
    <Ipv6Share span={5} height={150} />
  </>
)
