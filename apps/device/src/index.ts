/** The agent beside a router. */
export { counterDatagrams, type CounterSource } from './counter-datagrams.ts'
export { type DeviceOptions, parseCollector, runDevice } from './run-device.ts'
