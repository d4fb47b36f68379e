/** What the flow collector noticed, as events of the domain: with the name of the device that the exporter is. @module */
import type { FlowEvent } from '@vagus/flow'
import type { StoreEvent } from '@vagus/store'
import type { Directory } from '../domain/directory.ts'
import type { EventDraft } from './event-draft.ts'

/** An exporter that is no configured device is told as such, in place of being told as seen. */
export function draftOfFlowEvent({ event, address, fields }: FlowEvent, directory: Directory): EventDraft {
  const device = directory.deviceAt(address)?.name
  const subject = device ?? address
  if (event === 'exporter.seen' && device === undefined) {
    return { event: 'exporter.unknown', subject, fields: { ...fields, address } }
  }
  return { event, subject, fields: { ...fields, device: subject, address } }
}

export const draftOfStoreEvent = ({ event, fields }: StoreEvent): EventDraft => ({ event, subject: 'store', fields })
