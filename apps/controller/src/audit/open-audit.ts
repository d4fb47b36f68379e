/** Joins the record to the controller: its clock, its agent, its disk. @module */
import type { ControlStore } from '@vagus/store'
import { identityCrypto } from '@vagus/transport'
import type { EventDraft } from '../events/event-draft.ts'
import type { OwnAgent } from '../own-agent/own-agent.ts'
import { AuditDesk } from './audit-desk.ts'
import { tailProblem } from './tail-check.ts'

export interface OpenAudit {
  readonly control: ControlStore
  /** Undefined where the configuration has no `agent`. */
  readonly own: OwnAgent | undefined
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** Milliseconds. */
const hour = 3_600_000

/** A desk that signs once an hour, and when it is stopped: after the last event, and while its agent can sign. */
export function openAudit({ control, own, tell, report }: OpenAudit): { readonly desk: AuditDesk; stop(): void } {
  const problem = tailProblem(control, identityCrypto)
  if (problem !== undefined) {
    report(`the record of events does not hold: ${problem}`)
    tell({ event: 'audit.broken', subject: '', fields: { problem } })
  }
  const desk = new AuditDesk({ control, signer: own, problem, now: Date.now })
  const keepHead = (): void => {
    try {
      desk.keepHead()
    } catch (error) {
      report(`the end of the record could not be written down: ${String(error)}`)
    }
  }
  const clock = setInterval(keepHead, hour)
  return {
    desk,
    stop() {
      clearInterval(clock)
      keepHead()
    },
  }
}
