/** What Node lacks on Linux: many datagrams a system call, counters of interfaces. */
export { defaultSlots, longestDatagram } from './datagram-ring.ts'
export { type UnavailableCode, unavailableCodes, UnavailableError } from './errors.ts'
export { type FlowReceiver, startFlowReceiver } from './flow-receiver.ts'
export { type FlowSocket, type FlowSocketOptions, openFlowSocket } from './flow-socket.ts'
export { type Interface, readInterfaceCounters } from './interface-counters.ts'
export { type InterfaceCounters } from './link-message.ts'
export { RingReader } from './ring-reader.ts'
export { type Dialling, dialProtected, fdOf, protectConnection, protectListener } from './tcp-protection.ts'
