/** Opens the record of this device. @module */
import { steadyNow } from '../actuation.ts'
import { textOf } from '../rounds.ts'
import { DeviceRecord, recordFile } from './device-record.ts'

/** Without a record the router is served all the same; it is said. @param options `control`: path of the control socket */
export function openRecord({
  control,
  report,
}: {
  readonly control: string
  readonly report: (line: string) => void
}): DeviceRecord | undefined {
  try {
    return new DeviceRecord({ path: recordFile(control), now: steadyNow, report })
  } catch (error) {
    report(`nothing is recorded of what is done to the router: ${textOf(error)}`)
    return undefined
  }
}
