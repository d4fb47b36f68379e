/** What flows between whom, at length. */
import { Ipv6Share } from '../panels/ipv6-share.tsx'
import { TopFlows } from '../panels/top-flows.tsx'
import { TrafficSeries } from '../panels/traffic-series.tsx'
import { TrafficMatrix } from '../panels/traffic-matrix.tsx'

export const Traffic = () => (
  <>
    <TrafficSeries height={240} />
    <TopFlows span={12} items={25} />
    <TrafficMatrix span={7} />
    <Ipv6Share span={5} height={220} />
  </>
)
