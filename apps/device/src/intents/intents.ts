/** The intents that this device obeys, and who tells it of them. @module */
import type { AgentId } from '@vagus/identity'
import type { TellDeed } from '../record/device-record.ts'
import { IntentDesk } from './intent-desk.ts'
import { IntentReports } from './intent-reports.ts'

export interface IntentsOptions {
  /** Whose intents. */
  readonly owner: AgentId
  /** Ids of agents of other devices, with which sets are exchanged besides the controller: it may be away. */
  readonly neighbours: readonly AgentId[]
  /** Where those reach this one (URIs); empty: it reaches them. */
  readonly listen: readonly string[]
}

/** More are refused at the start: every one of them is a session. */
export const maxIntentNeighbours = 32

export interface Intents {
  readonly options: IntentsOptions
  readonly desk: IntentDesk
  readonly reports: IntentReports
}

export function openIntents(
  options: IntentsOptions,
  device: {
    readonly name: string
    /** Path of the control socket. */
    readonly control: string
    readonly report: (line: string) => void
    readonly tell?: TellDeed | undefined
  },
): Intents {
  const { name, control, report, tell } = device
  // A router has no roster: of roles it knows what the set says of them.
  const desk = new IntentDesk({ owner: options.owner, control, device: { name, roles: undefined }, report, tell })
  const { set } = desk
  report(
    set === undefined
      ? `intents: none of ${options.owner} are known yet; nothing new begins until they are`
      : `intents: goes on with those of epoch ${set.epoch}`,
  )
  return { options, desk, reports: new IntentReports(desk) }
}
