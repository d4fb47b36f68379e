/** Networks of real routers in namespaces: up, down, shells, faults, traffic. */
export { LabError, type LabErrorCode } from './errors.ts'
export { type Fault, faultForms, faultOf } from './fault.ts'
export {
  type FaultReceipt,
  type LabOptions,
  type LabProgram,
  labPrograms,
  type LabReference,
  type LabState,
  type LabStep,
  type LabUp,
  type Surge,
} from './lab.ts'
