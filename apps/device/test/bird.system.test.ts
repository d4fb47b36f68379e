import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { before, describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

interface Run {
  readonly delays: readonly number[]
  readonly wrong: number
  readonly undoneAfter: number
  readonly refused: { readonly status: number; readonly detail: string }
  readonly active: number
  readonly why: string
  readonly receipt: {
    readonly before: readonly Told[]
    readonly after: readonly Told[]
    readonly verifiedAfterMs: number
  }
  readonly policy: string
}
interface Told {
  readonly neighbour: string
  readonly med: number
}

describe('an agent beside an unmodified BIRD', { skip: needs('netns', 'bird') }, () => {
  let run: Run
  before(() => {
    const script = new URL('fixtures/bird-router.ts', import.meta.url).pathname
    const output = execFileSync('unshare', ['-Urn', process.execPath, script, '4'], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    run = JSON.parse(output.trim().split('\n').at(-1)!) as Run
  })

  test('finds the policy that it prints in place once the operator has included it', () =>
    assert.equal(run.policy, 'in-place'))

  test('makes the neighbour hear the MED of each class, and none other', () => {
    assert.deepEqual([run.delays.length, run.wrong], [4, 0])
  })

  test('gives a receipt with what the neighbour was told before and after', () => {
    assert.deepEqual([run.receipt.before[0]?.med, run.receipt.after[0]?.med], [10, 1000])
    assert.ok(run.receipt.verifiedAfterMs >= 0)
  })

  test('takes a class back when asked, and when the router loses its own route', () => {
    assert.ok(run.undoneAfter < 1000)
    assert.deepEqual([run.active, run.why], [0, 'original-gone'])
  })

  test('refuses a prefix that the router has not got', () => {
    assert.equal(run.refused.status, 404)
    assert.match(run.refused.detail, /no route of its own to exactly 10\.99\.0\.0\/16/)
  })
})

interface Carried {
  readonly received: number
  readonly sent: { readonly utilised: number; readonly measurement: object }
  readonly link: { readonly utilised: number; readonly measurement: object; readonly name: string }
  readonly coarse: {
    readonly epoch: number
    readonly links: readonly { readonly interface: number; readonly out: number }[]
  }
}

test(
  'telemetry comes through an unmodified BIRD as an attribute and as communities',
  { skip: needs('netns', 'bird') },
  () => {
    const script = new URL('fixtures/bird-reflector.ts', import.meta.url).pathname
    const output = execFileSync('unshare', ['-Urn', process.execPath, script], { encoding: 'utf8', timeout: 60_000 })
    const { received, sent, link, coarse } = JSON.parse(output.trim().split('\n').at(-1)!) as Carried
    assert.equal(received, 20)
    assert.deepEqual(link, sent)
    assert.deepEqual([coarse.epoch, coarse.links[0]?.interface, coarse.links[0]?.out], [20, 3, 533])
  },
)
