/** The parts of the scenario `day`, with what each reports. @module */
import type { IntruderReport } from '../intruder/report.ts'
import type { LineReport } from '../line/report.ts'
import type { RoamReport } from '../roam/run.ts'
import type { SteerReport } from '../steer/report.ts'

/** The parts, in the order in which they run. */
export interface Parts {
  readonly steer: SteerReport
  readonly roam: RoamReport
  readonly line: LineReport
  readonly intruder: IntruderReport
}
export type PartName = keyof Parts

/** One run of all parts. One that failed is absent. */
export type DayRun = Partial<Parts>
