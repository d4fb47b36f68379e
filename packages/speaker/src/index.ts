/** BGP and BMP on this host: sockets, timers and a thread around the engines of @vagus/bgp. */
export type {
  Announcement,
  BmpPeerStatus,
  BmpRibName,
  BmpRouterStatus,
  DiffQuery,
  PeerStatus,
  RouteDifference,
  RoutePage,
  RouteQuery,
  TableDiff,
  TableName,
  TableRoute,
  Target,
  TelemetryPart,
  Withdrawal,
} from './api.ts'
export type {
  BmpEvent,
  EndOfRibEvent,
  FailureEvent,
  FaultEvent,
  NlriChange,
  NlriEvent,
  PathState,
  PeerEvent,
  RefusedEvent,
  RouteChange,
  RoutesEvent,
  SessionFacts,
  SpeakerEvent,
} from './event.ts'
export { FaultLines } from './fault-lines.ts'
export { readKeyFile } from './key-file.ts'
export type { BmpOptions, Endpoint, PeerOptions, RoleName, SpeakerOptions, Watch } from './options.ts'
export { type Answerer, bgpDiffOf, bgpPeersOf, bgpRoutesOf, tableNamed } from './resources.ts'
export { type Speaker, startSpeaker } from './speaker.ts'
export { startSpeakerHere } from './speaker-here.ts'
export { linkTelemetryOf } from './link-telemetry.ts'
