/** Drivers of routers: their state, and the policy that agents need. */
export { type BirdOptions, BirdRouter } from './bird/bird-router.ts'
export { RouterError, type RouterErrorCode } from './errors.ts'
export { type NetconfOptions, NetconfRouter } from './netconf/netconf-router.ts'
export { GobgpRouter } from './gobgp/gobgp-router.ts'
export { FrrRouter } from './frr/frr-router.ts'
export { internalMap, linkMap, policyBlocks, textOf } from './frr/policy.ts'
export { Vty } from './frr/vty.ts'
export type {
  CliOutput,
  Neighbour,
  PolicyChange,
  PolicyCheck,
  PolicyPlan,
  ReadCommand,
  Router,
  RouterConfiguration,
  RouterFacts,
  RouterKind,
  SouthboundRouter,
  RouterRoute,
} from './router.ts'
