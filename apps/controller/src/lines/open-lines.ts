/** Joins lines to the controller: its clock, its agent, its view of the network. @module */
import type { Config, Link } from '@vagus/api'
import type { ControlStore } from '@vagus/store'
import { proofType } from '@vagus/line'
import { randomOctets } from '@vagus/transport'
import type { DomainState } from '../domain-state.ts'
import type { EventDraft } from '../events/event-draft.ts'
import type { OwnAgent } from '../own-agent/own-agent.ts'
import { LineBook } from './line-book.ts'
import { LineDesk } from './line-desk.ts'
import { lineKeeper } from './line-keeper.ts'
import { lineNetworkOf } from './line-network.ts'
import { lineProofPayload } from './line-proof.ts'

/** Of earlier starts, too. */
export const openLineBook = (control: ControlStore): LineBook => new LineBook(lineKeeper(control, Date.now))

export interface OpenLines {
  readonly lines: Config['lines']
  readonly state: DomainState
  readonly measured: () => ReadonlyMap<string, Link['measured']>
  readonly book: LineBook
  /** Undefined where the configuration has no `agent`. */
  readonly own: OwnAgent | undefined
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/**
 * A desk that makes a step once a second, until it is stopped. Undefined where the configuration has no `lines`: what routers
 * have of earlier ones is for `openFormerLines`.
 */
export function openLines({ lines, state, measured, book, own, tell, report }: OpenLines):
  | {
      readonly desk: LineDesk
      stop(): Promise<void>
    }
  | undefined {
  if (lines === undefined) return undefined
  const absence = (agent: string): string | undefined =>
    own?.parts.connectedSince(agent) === undefined ? 'has no agent that is connected' : undefined
  const desk = new LineDesk({
    book,
    config: () => lines,
    network: () =>
      lineNetworkOf({
        config: state.config,
        lines,
        linkState: (link) => state.measurements.linkState(link, Date.now()).state,
        measured: measured(),
        absence,
      }),
    asker: () => own?.parts,
    agentOf: (device) => state.config.devices.find(({ name }) => name === device)?.id,
    newPlan: () => Buffer.from(randomOctets(16)).toString('hex'),
    proofOf: (line, minutes) =>
      own === undefined || minutes.length === 0
        ? null
        : own.sign(proofType, lineProofPayload(line, minutes, { by: own.id, now: Date.now() })),
    tell,
    report,
    now: Date.now,
    clock: () => performance.now(),
  })
  const clock = setInterval(() => {
    desk.step().catch((error: unknown) => report(`lines: ${String(error)}`))
  }, 1000)
  return {
    desk,
    async stop() {
      clearInterval(clock)
      await desk.stop()
    },
  }
}
