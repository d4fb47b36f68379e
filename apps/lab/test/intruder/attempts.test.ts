import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { attemptsOf } from '../../src/intruder/attempts.ts'
import { recorded } from '../day/recorded.ts'

const run = recorded().runs[0]!.intruder!
const copies = [400, 400, 409]
type Figures = Parameters<typeof attemptsOf>[0]
const nothing: Figures = { ...run, copies }

const { unenrolled, handshakes, quarantine, api, defaults, lookalike } = run
const breaches: readonly (readonly [what: string, figures: Partial<Figures>, gotIn: number])[] = [
  ['ports of agents', { unenrolled: { ...unenrolled, answeredPorts: 2 } }, 2],
  ['hellos of nonsense', { handshakes: { ...handshakes, nonsense: amplified(handshakes.nonsense) } }, 1],
  ['whole hellos', { handshakes: { ...handshakes, strangersIn: 1 } }, 1],
  ['recorded packets', { handshakes: { ...handshakes, executed: 3 } }, 3],
  ['no member', { notMember: { ...run.notMember, code: 200 } }, run.notMember.times],
  ['without the role', { wrongRole: { ...run.wrongRole, code: 204 } }, run.wrongRole.times],
  ['signed document', { copies: [400, 201, 409] }, 1],
  ['own roster of before', { olderRoster: { code: 200, went: 'back' } }, 1],
  ['by a name', { lookalike: { ...lookalike, dialled: 4 } }, 4],
  ["controller's API", { api: { ...api, written: 1 } }, 1],
  ['in quarantine', { quarantine: { ...quarantine, answeredAfter: 1 } }, 1],
  ['in quarantine', { quarantine: { ...quarantine, lastSession: null, streamCut: null } }, 2],
  ['sockets', { defaults: { ...defaults, everywhere: ['tcp any:7600'] } }, 1],
]

/** Four octets back for each that came. */
function amplified(flooded: Figures['handshakes']['nonsense']): Figures['handshakes']['nonsense'] {
  return { ...flooded, octetsBack: flooded.octetsSent * 4 }
}

describe('the attempts of an intruder', () => {
  test('are as they were recorded, and none got in', () => {
    const made = attemptsOf(nothing)
    assert.deepEqual(
      made.map(({ what, times, gotIn }) => ({ what, times, gotIn })),
      run.attempts.map(({ what, times, gotIn }) => ({ what, times, gotIn })),
    )
    assert.equal(
      made.reduce((sum, { gotIn }) => sum + gotIn, 0),
      0,
    )
  })

  for (const [what, figures, gotIn] of breaches)
    test(`${Object.keys(figures).join()}: what got in is counted, in the line about it alone`, () => {
      const breached = attemptsOf({ ...nothing, ...figures }).filter((one) => one.gotIn > 0)
      assert.deepEqual(
        breached.map((one) => one.gotIn),
        [gotIn],
      )
      assert.ok(breached[0]!.what.includes(what), breached[0]!.what)
    })

  test('a refusal that nobody records is told as such, and one that somebody does with its line', () => {
    const lineOf = (told: readonly string[]): string =>
      attemptsOf({ ...nothing, wrongRole: { ...run.wrongRole, told } }).find(({ what }) => what.includes('role'))!
        .outcome
    assert.match(lineOf([]), /no event and no line in a log$/)
    assert.match(lineOf(['call.refused']), /told: call\.refused$/)
  })
})
