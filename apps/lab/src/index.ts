/** Networks of real routers in namespaces: up, down, shells, faults, traffic. */
export { LabError, type LabErrorCode } from './errors.ts'
export type { Figure } from './day/figures.ts'
export { valuesText, valueText } from './day/values.ts'
export { pageOf } from './day/page/page.ts'
export type { PartName } from './day/parts.ts'
export { type DayReport, isWhole } from './day/report.ts'
export { day, type DayOptions, type PartEnded } from './day/run.ts'
export { checkListen } from './forwarder/forward.ts'
export { type Fault, faultForms, faultOf } from './fault.ts'
export type { DivertReport, DivertRun } from './divert/report.ts'
export { divert, type DivertOptions } from './divert/run.ts'
export type { IntruderReport } from './intruder/report.ts'
export { intruder, type IntruderOptions } from './intruder/run.ts'
export {
  type AccessState,
  type AgentState,
  type FaultReceipt,
  type LabOptions,
  type LabProgram,
  type LabProvenance,
  type LabReference,
  type LabState,
  type LabStep,
  type LabUp,
  type Move,
  type MoveReceipt,
  type Surge,
  type TrafficOptions,
} from './lab.ts'
export type { LineReport } from './line/report.ts'
export { line, type LineOptions } from './line/run.ts'
export type { Outcome as WiredOutcome } from './wired/evaluate.ts'
export type { WiredReport } from './wired/report.ts'
export { wired, type WiredOptions } from './wired/run.ts'
export type { Situation } from './vehicles/evaluate.ts'
export type { PeerName } from './vehicles/peers.ts'
export type { PeerReport, VehiclesReport } from './vehicles/report.ts'
export { vehicles, type VehiclesOptions } from './vehicles/run.ts'
export type { NatCell, NatReport } from './nat/report.ts'
export { nat, type NatOptions, natPairOf } from './nat/run.ts'
export type { RecordOptions } from './record/layout.ts'
export type { Repeatable, RepeatableName } from './repeat/metrics.ts'
export { isKept } from './repeat/promises.ts'
export { repeat, type RepeatReport, type RunEnd, type Turn } from './repeat/repeat.ts'
export { leastForInterval, type Summary } from './repeat/summary.ts'
export { labDown } from './outside/down.ts'
export { labFault, labMove, labSurge, labTraffic } from './outside/fault.ts'
export { labList } from './outside/list.ts'
export { labShell, shellCommand } from './outside/shell.ts'
export { labUp } from './outside/up.ts'
export type { SteerMode, SteerReport } from './steer/report.ts'
export { type SteerOptions, steer } from './steer/run.ts'
export { readTopology, topologyNames } from './topology/read.ts'
export { type IncidentReport, roam, type RoamOptions, type RoamReport } from './roam/run.ts'
