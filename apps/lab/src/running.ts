/**
 * Labs that run already: what asks them is here without the scenarios and what brings a lab up, which take longer to
 * load than most answers take.
 */
export { LabError } from './errors.ts'
export { faultOf } from './fault.ts'
export { labDown } from './outside/down.ts'
export { labFault, labMove, labSurge, labTraffic } from './outside/fault.ts'
export { labList } from './outside/list.ts'
export { labShell } from './outside/shell.ts'
