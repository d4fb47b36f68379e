/**
 * Which other agents this one has to do with: a port of its host. It is asked when a peer has proven who it is, before
 * one is called, and again about all of them by `judge` of the agent.
 * @module
 */
import type { Peer } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'

/** What is known of the other agent. */
export interface Other {
  readonly id: AgentId
  /** `undefined` also of one that is about to be called, and has shown none yet. */
  readonly mandate: Peer['mandate']
}

/** `relay`: this agent connects to it, so that it passes packets on. It may open no exchange then. */
export type OtherAs = 'peer' | 'relay'

export interface Admission {
  /**
   * Why the two have nothing to do with each other, in a sentence that the other one is told, too; of a longer one the first
   * 512 octets get there, up to the end of a word. `undefined`: they may have.
   */
  refusalOf(other: Other, as: OtherAs): string | undefined
}

export const everybody: Admission = { refusalOf: () => undefined }

export const otherOf = ({ identity, mandate }: Peer): Other => ({ id: identity.id, mandate })
