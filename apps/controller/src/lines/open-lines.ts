/** Joins lines to the controller: its clock, its agent, its view of the network. @module */
import type { Config, Link } from '@vagus/api'
import type { LineMinute } from '@vagus/api/lines'
import type { ControlStore } from '@vagus/store'
import { proofType } from '@vagus/line'
import { randomOctets } from '@vagus/transport'
import type { DomainState } from '../domain-state.ts'
import type { EventDraft } from '../events/event-draft.ts'
import type { OwnAgent } from '../own-agent/own-agent.ts'
import { AgentLines } from './agents/agent-lines.ts'
import { LineOrderers, type Standing } from './agents/line-orderers.ts'
import { type KeptLine, LineBook } from './line-book.ts'
import { LineDesk, type LineDeskParts } from './line-desk.ts'
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
  /** What the owner of the controller's fleet says of an agent. */
  readonly standingOf: (agent: string) => Standing
  /** Where the agent is, by what it publishes; null: at no site. */
  readonly siteOf: (agent: string) => string | null
  /** What the operator's intents leave of the network to a line that begins then. */
  readonly open: NonNullable<LineDeskParts['open']>
  /** Undefined where the configuration has no `agent`. */
  readonly own: OwnAgent | undefined
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/**
 * A desk that makes a step once a second, until it is stopped. Undefined where the configuration has no `lines`: what routers
 * have of earlier ones ends with its leases.
 */
export function openLines(options: OpenLines):
  | {
      readonly desk: LineDesk
      readonly agents: AgentLines
      /** What the line is and has delivered so far, signed; null: nobody can sign, or there is no such line. */
      readonly proofOf: (id: string) => string | null
      stop(): Promise<void>
    }
  | undefined {
  const { lines, state, measured, book, own, open, tell, report } = options
  if (lines === undefined) return undefined
  const orderers = new LineOrderers({ ...options, config: () => lines })
  const absence = (agent: string): string | undefined =>
    own?.parts.connectedSince(agent) === undefined ? 'has no agent that is connected' : undefined
  const proof = (line: KeptLine, minutes: readonly LineMinute[]): string | null =>
    own === undefined ? null : own.sign(proofType, lineProofPayload(line, minutes, { by: own.id, now: Date.now() }))
  const desk = new LineDesk({
    book,
    orderers,
    open,
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
    proofOf: (line, minutes) => (minutes.length === 0 ? null : proof(line, minutes)),
    tell,
    report,
    now: Date.now,
    clock: () => performance.now(),
  })
  const clock = setInterval(() => {
    desk.step().catch((error: unknown) => report(`lines: ${String(error)}`))
  }, 1000)
  const newToken = (): string => Buffer.from(randomOctets(12)).toString('base64url')
  return {
    desk,
    agents: new AgentLines({ desk, book, orderers, newToken, now: Date.now }),
    proofOf(id) {
      const line = book.find(id)
      return line === undefined ? null : proof(line, book.keeper.minutesOf(id))
    },
    async stop() {
      clearInterval(clock)
      await desk.stop()
    },
  }
}
