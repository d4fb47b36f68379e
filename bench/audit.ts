/** What the hash chain costs an event, and how fast a record is checked. The disk decides: each event is synced. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoredEvent } from '../packages/store/src/index.ts'
import { RecordCheck } from '../packages/audit/src/index.ts'
import { openControlStore } from '../packages/store/src/index.ts'
import { identityCrypto } from '../packages/transport/src/index.ts'
import { AuditDesk } from '../apps/controller/src/audit/audit-desk.ts'
import { eventKeeper } from '../apps/controller/src/events/event-keeper.ts'
import type { Row } from '../scripts/bench.ts'

const rounds = 20
const perRound = 250

const eventOf = (id: number) => ({
  id,
  at: new Date(1_790_000_000_000 + id).toISOString(),
  event: 'session.moved' as const,
  severity: 'info' as const,
  subject: 'writer',
  fields: { agent: 'writer', peer: 'reader', from: 'udp lan', to: 'udp 5g' },
  by: { kind: 'agent' as const, id: 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp', name: 'writer' },
})

export function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-bench-audit-'))
  try {
    return Promise.resolve(measured(folder, progress))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** In turns, so that a disk that is slow for a while is slow for both. */
function measured(folder: string, progress: (line: string) => void): readonly Row[] {
  const plain = openControlStore({ path: join(folder, 'plain.sqlite') })
  const chained = openControlStore({ path: join(folder, 'chained.sqlite') })
  const keeper = eventKeeper(chained, identityCrypto)
  const spent = { plain: 0, chained: 0 }
  for (let round = 0; round < rounds; round++) {
    const events = Array.from({ length: perRound }, (_, at) => eventOf(round * perRound + at + 1))
    spent.plain += millisecondsOf(() => {
      for (const event of events) plain.appendEvent({ ...event, at: Date.parse(event.at) } satisfies StoredEvent)
    })
    spent.chained += millisecondsOf(() => {
      for (const event of events) keeper.append(event)
    })
  }
  const perSecond = (milliseconds: number): number => (rounds * perRound * 1000) / milliseconds
  progress(`${rounds * perRound} events each`)
  const desk = new AuditDesk({ control: chained, signer: undefined, problem: undefined, now: () => 0 })
  const check = new RecordCheck({}, identityCrypto)
  const checking = millisecondsOf(() => {
    for (const part of desk.record()) for (const line of part.split('\n').slice(0, -1)) check.take(line)
  })
  const verdict = check.end()
  if (verdict.type === 'wrong') throw new Error(verdict.problem)
  plain.close()
  chained.close()
  const [ours, peer] = [perSecond(spent.chained), perSecond(spent.plain)]
  return [
    {
      claim: 'events that are kept: with the hash chain, beside without it',
      unit: 'events/s',
      ours,
      peer,
      ratio: ours / peer,
      aim: '≥ 0.8',
    },
    {
      claim: 'events of a record that are read, written out and checked',
      unit: 'events/s',
      ours: perSecond(checking),
      peer: null,
      ratio: null,
      aim: '≥ 2,000',
      note: 'a full record has 100,000 and is to be checked within a minute',
    },
  ]
}

function millisecondsOf(work: () => void): number {
  const began = performance.now()
  work()
  return performance.now() - began
}
