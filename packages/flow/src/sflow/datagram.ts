/**
 * The header of an sFlow version 5 datagram (sFlow version 5, `sample_datagram_v5`).
 *
 *   octets  4        4             4|16           4          4         4       4        (4       4       n)*
 *           version  address type  agent address  sub-agent  sequence  uptime  samples   format  length  sample
 * @module
 */
import type { Reader } from '@vagus/wire'
import { DecodeError } from '@vagus/wire'
import { sflowVersion } from './formats.ts'

export interface SflowHeader {
  /** The agent address in 16 octets, IPv4 as ::ffff:a.b.c.d; all zeros if the agent does not know it. */
  readonly agent: Uint8Array
  readonly subAgent: number
  readonly sequence: number
  readonly uptimeMs: number
  readonly samples: number
}

/** @throws {DecodeError} */
export function readSflowHeader(r: Reader): SflowHeader {
  const version = r.uint32()
  if (version !== sflowVersion) throw new DecodeError('bad-value', 0, `sFlow version ${version}; must be 5`)
  const type = r.uint32()
  if (type > 2) throw new DecodeError('bad-value', 4, `address type ${type}; must be 0 (unknown), 1 (IPv4) or 2 (IPv6)`)
  const agent = new Uint8Array(16)
  if (type === 1) {
    agent.set(r.octets(4), 12)
    agent[10] = agent[11] = 0xff
  } else if (type === 2) {
    agent.set(r.octets(16))
  }
  return { agent, subAgent: r.uint32(), sequence: r.uint32(), uptimeMs: r.uint32(), samples: r.uint32() }
}
