/** What Node lacks on Linux: many datagrams a system call, counters of interfaces, raw frames, echoes timed by the kernel. */
export { defaultSlots } from './datagram-ring.ts'
export { openDgramSocket } from './dgram-socket.ts'
export { type EchoReply, type EchoSocket, leastEchoOctets, openEchoSocket } from './echo-socket.ts'
export { type UnavailableCode, UnavailableError } from './errors.ts'
export { type FlowReceiver, startFlowReceiver } from './flow-receiver.ts'
export type { FlowSocket, FlowSocketOptions } from './flow-socket.ts'
export { frameHeaderOctets, type FrameSocket, openFrameSocket } from './frame-socket.ts'
export { type Interface, readInterfaceCounters } from './interface-counters.ts'
export type { InterfaceCounters } from './link-message.ts'
export type { Queue } from './queue-message.ts'
export { readQueues } from './queues.ts'
export { type PolledStream, PolledStreams } from './polled-streams.ts'
export type { ReceivedRun } from './ring-reader.ts'
export {
  type Dialling,
  dialProtected,
  fdOf,
  protectConnection,
  protectListener,
  unprotectListener,
} from './tcp-protection.ts'
export { waitForSockets } from './wait-for-sockets.ts'
