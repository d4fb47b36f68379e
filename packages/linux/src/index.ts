/** What Node lacks on Linux: many datagrams a system call, counters of interfaces. */
export { type DatagramBatch, slotOctets } from './datagram-batch.ts'
export { type UnavailableCode, unavailableCodes, UnavailableError } from './errors.ts'
export { type FlowSocket, type FlowSocketOptions, openFlowSocket } from './flow-socket.ts'
export { type Interface, readInterfaceCounters } from './interface-counters.ts'
export { type InterfaceCounters } from './link-message.ts'
export { type Readable, readableOf } from './readable.ts'
