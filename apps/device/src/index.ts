/** The agent beside a router. */
export { type AutonomicOptions, runAutonomic } from './autonomic.ts'
export { counterDatagrams, type CounterSource } from './counter-datagrams.ts'
export { type DeviceOptions, parseCollector, runDevice } from './run-device.ts'
