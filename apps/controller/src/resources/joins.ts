/** Boxes that join as the API says them, and why a decision about one is not taken. @module */
import { apiVersion } from '@vagus/api'
import { type Join, type JoinResource, joinStates, serialPattern } from '@vagus/api/joins'
import type { Joins } from '../http/backend.ts'
import { ProblemError, problemOf } from '../http/problem.ts'
import type { JoinDesk, Undecided } from '../joining/join-desk.ts'
import type { Newcomer } from '../joining/newcomer-book.ts'
import { timeText } from './windows.ts'

export function joinsOf(desk: JoinDesk): Joins {
  const now = (): string => new Date().toISOString()
  const resource = (one: Newcomer): JoinResource => ({ apiVersion, kind: 'Join', now: now(), ...joinOf(desk, one) })
  return {
    list: () => ({
      apiVersion,
      kind: 'JoinList',
      now: now(),
      items: desk.all.map((one) => joinOf(desk, one)).toSorted(byState),
    }),
    find(serial) {
      const found = desk.find(serial)
      return found && resource(found)
    },
    decide(serial, decision, by) {
      if (!serialPattern.test(serial))
        throw new ProblemError(problemOf(400, 'a serial number is 1..64 printable characters'))
      const decided = desk.decide(serial, decision, by)
      if ('type' in decided) throw new ProblemError(problemOfUndecided(serial, decision.device ?? '', decided))
      return resource(decided)
    },
  }
}

function joinOf(desk: JoinDesk, one: Newcomer): Join {
  const timeOr = (at: number | undefined): string | null => (at === undefined ? null : timeText(at))
  return {
    serial: one.serial,
    state: one.state,
    since: timeText(one.since),
    device: desk.deviceOf(one) ?? null,
    maker: one.maker ?? null,
    from: one.from ?? null,
    lastAt: timeOr(one.lastAt),
    agent: one.agent ?? null,
    certificateUntil: timeOr(one.certificateUntil),
    problem: desk.problemOf(one) ?? null,
  }
}

const byState = (a: Join, b: Join): number =>
  joinStates.indexOf(a.state) - joinStates.indexOf(b.state) || (a.serial < b.serial ? -1 : 1)

function problemOfUndecided(serial: string, device: string, undecided: Undecided): ProblemError['problem'] {
  if (undecided.type === 'unknown') return problemOf(404, `no box "${serial}" was here; see /v1/joins`)
  if (undecided.type === 'full')
    return problemOf(503, 'as many boxes are known as can be kept, and none of them waits; revoke some')
  if (undecided.type === 'no-device')
    return problemOf(400, `vagus.yaml has no device "${device}"; it has ${undecided.devices.join(', ') || 'none'}`)
  if (undecided.type === 'taken')
    return problemOf(409, `${device} is the box ${undecided.by}; first: vagus join revoke ${undecided.by}`)
  return undecided.state === 'joined'
    ? problemOf(409, `${serial} has joined; to take that back: vagus join revoke ${serial}`)
    : problemOf(409, `${serial} is ${undecided.state}, so that there is nothing to revoke`)
}
