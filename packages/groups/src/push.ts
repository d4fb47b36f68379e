/** What one peer is sent of one log, as much as may be under way. @module */
import type { AgentId } from '@vagus/identity'
import { encodeStub, type Stub } from './entry.ts'
import type { Frame } from './frame.ts'
import { maxOctetsUnderWay, maxUnderWay } from './limits.ts'
import type { PeerRow } from './peer.ts'
import type { GroupStore } from './ports.ts'

/** A log that this member has, its own or another's. */
export interface Source {
  readonly name: string
  readonly sender: AgentId
  readonly have: number
  readonly dropped: Stub | undefined
}

/** Messages in order, behind what was sent. Where this member lacks one itself, others have to help. */
export function push({ name, dropped }: Source, row: PeerRow, store: GroupStore): readonly Frame[] {
  const frames: Frame[] = []
  if (dropped !== undefined && row.sent < dropped.seq) {
    frames.push({ type: 'stub', octets: encodeStub(dropped) })
    row.sent = dropped.seq
  }
  const count = maxUnderWay - (row.sent - row.have)
  const room = maxOctetsUnderWay - row.underWay
  if (count <= 0 || room <= 0) return frames
  for (const { seq, octets } of store.entries(name, row.sent, count, room)) {
    if (seq !== row.sent + 1) break
    frames.push({ type: 'entry', octets })
    row.sent = seq
    row.underWay += octets.length
  }
  return frames
}
