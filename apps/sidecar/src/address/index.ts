/** The address of an agent that moves with its host. */
export { type AgentAddress, addressSocket, isKept, serveAddress } from './address-socket.ts'
export { addressKernel } from './host-kernel.ts'
export { AddressKeeper } from './keep-address.ts'
