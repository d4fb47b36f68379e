/** What an agent asks of its router over iBGP, and when it takes it back. */
export {
  type Actuation,
  type ActuationPlan,
  type ActuationRequest,
  Actuator,
  type ActuatorConfig,
  defaultActuatorLimits,
  type Effect,
  type EndReason,
  type Refusal,
} from './actuator.ts'
export type { OriginalPath } from './injection.ts'
export {
  classCommunity,
  classMeds,
  classOfMed,
  defaultClasses,
  internalOriginMark,
  medOfClass,
  textOfLargeCommunity,
  type TrafficClass,
} from './traffic-class.ts'
