/** What the HTTP API asks of the controller. Windows are in milliseconds. @module */
import type {
  Config,
  DeviceList,
  Dimension,
  ExporterList,
  FlowTop,
  Ipv6Share,
  LinkList,
  LinkLoad,
  Matrix,
  NeighbourList,
  Status,
  Topology,
} from '@vagus/api'
import type { EventLog } from '../events/event-log.ts'
import type { FilterTerm } from './filter.ts'

export interface TopRequest {
  readonly by: readonly Dimension[]
  readonly n: number
  /** `to` undefined is now, and stays now. */
  readonly window: { readonly milliseconds: number; readonly to: number | undefined }
  readonly filter: readonly FilterTerm[]
}

export interface Backend {
  readonly events: EventLog
  config(): Config
  status(): Promise<Status>
  top(request: TopRequest): Promise<FlowTop>
  matrix(between: 'sites' | 'edges', version: 'all' | '4' | '6', window: number): Promise<Matrix>
  links(window: number): Promise<LinkList>
  /** Undefined when there is no such link. */
  linkLoad(name: string, window: number): Promise<LinkLoad | undefined>
  devices(window: number): Promise<DeviceList>
  exporters(): Promise<ExporterList>
  topology(): Topology
  neighbours(): NeighbourList
  ipv6Share(window: number): Promise<Ipv6Share>
  /** Why the controller cannot do its work; empty when it can. */
  unreadiness(): Promise<readonly string[]>
  /** Prometheus text. */
  metrics(): Promise<string>
}
