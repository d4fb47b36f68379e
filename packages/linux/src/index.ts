/** What Node lacks on Linux: many datagrams a system call, counters of interfaces, raw frames, echoes timed by the kernel. */
export { type CapturedFrame, type CaptureSocket, openCaptureSocket } from './capture-socket.ts'
export { defaultSlots } from './datagram-ring.ts'
export { openDgramSocket } from './dgram-socket.ts'
export { type EchoReply, type EchoSocket, openEchoSocket } from './echo-socket.ts'
export { type UnavailableCode, UnavailableError } from './errors.ts'
export {
  countersOfClass,
  hasRateTree,
  mostClass,
  ownPriority,
  type RateClass,
  rateCommands,
  type RateTree,
  rateTreeHandle,
  rateTreeNow,
  type RateTreeNow,
  rateTreeProblem,
  type ServiceClass,
  servicePriority,
  shapedRateOf,
} from './rate-classes.ts'
export { type FlowReceiver, startFlowReceiver } from './flow-receiver.ts'
export type { FlowSocket, FlowSocketOptions } from './flow-socket.ts'
export { frameHeaderOctets, type FrameSocket, openFrameSocket } from './frame-socket.ts'
export { type Interface, readInterfaceCounters } from './interface-counters.ts'
export type { InterfaceCounters } from './link-message.ts'
export type { Queue } from './queue-message.ts'
export { readQueues } from './queues.ts'
export { type PolledStream, PolledStreams } from './polled-streams.ts'
export { type Qdisc, qdiscsOf } from './queue-tree.ts'
export { OwnedTable } from './owned-table.ts'
export type { ReceivedRun } from './ring-reader.ts'
export { openRawSocket, type RawSocket, type RawSocketOptions } from './raw-socket.ts'
export { askRouters } from './router-echo.ts'
export { type GuardCounts, guardCountsOf, guardText, type SegmentGuard, unguardText } from './segment-guard.ts'
export {
  type MarkCounts,
  markCountsOf,
  type MarkedMember,
  type MarkedService,
  memberCommands,
  type ServiceMarks,
  serviceTableCommands,
} from './service-marks.ts'
export { routeInTheWay, ruleInTheWay, type SegmentClaims } from './segment-claims.ts'
export {
  hostAddressesOf,
  type IpCommands,
  linkLocalNeighboursOf,
  noSegments,
  ruleChanges,
  segmentCommands,
  type SegmentMarks,
  type SegmentRoute,
  segmentRoutesOf,
  type SegmentRule,
  segmentRulesOf,
  type SegmentState,
} from './segment-routes.ts'
export { changeSegmentRules } from './segment-rules.ts'
export {
  type Dialling,
  dialProtected,
  fdOf,
  protectConnection,
  protectListener,
  unprotectListener,
} from './tcp-protection.ts'
export { kernelNow, openTimedSocket, type TimedSocket } from './timed-socket.ts'
export { runBatch, runTool, type Tool } from './tool.ts'
export { waitForSockets } from './wait-for-sockets.ts'
