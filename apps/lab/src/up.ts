/** What brings a lab up, without the scenarios that run in labs. */
export { checkListen } from './forwarder/forward.ts'
export { labUp } from './outside/up.ts'
export { readTopology } from './topology/read.ts'
