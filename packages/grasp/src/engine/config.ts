/** What a GRASP node is told once. @module */
import type { Locator } from '../locator.ts'
import type { Limits } from './limits.ts'

export interface Config {
  /** An address of this node that is unique in the domain, 4 or 16 octets: initiator of its sessions, and its locator. */
  readonly address: Uint8Array
  /** Where its objectives are served when it is not `address` and `port` over TCP. */
  readonly locator?: Locator
  /** Its one port, UDP and TCP: multicasts go out from it, answers and requests come in. */
  readonly port: number
  /**
   * `domain`: inside a secure substrate (§2.5.1). `dull`: Discovery Unsolicited Link-Local (§2.5.2), one node per
   * interface: no relay, no divert, loop count 1, link-local addresses only.
   */
  readonly mode: 'domain' | 'dull'
  /** Objectives that need DULL; there messages about any other are dropped. By default those of RFC 8994 and RFC 8995. */
  readonly dullObjectives?: readonly string[]
  /** Whether a discovery may be answered with the value at once (§2.5.6.3); off by default in the RFC. */
  readonly rapid: 'on' | 'off'
  readonly limits: Limits
  /** Draws 32 random bits, hard to guess (§2.7). The host's port to its generator. */
  readonly drawSessionId: () => number
}
