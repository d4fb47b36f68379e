/** The agent beside a router. */
export { type AutonomicOptions, runAutonomic } from './autonomic.ts'
export { counterDatagrams, type CounterSource } from './counter-datagrams.ts'
export { Agent, type AgentOptions } from './agent.ts'
export { checkControl } from './control-server.ts'
export { type CounterOptions, endpointOf, sendCounters } from './send-counters.ts'
export { readKeyFile } from '@vagus/speaker'
export { sourceAddress } from './source-address.ts'
export { openRouter, type RouterPlace } from './open-router.ts'
