import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import {
  type CliAnswer,
  type CommitPlan,
  type CommitResource,
  type RouterConfig,
  type SouthboundNews,
  southboundNewsSchema,
} from '@vagus/api/southbound'
import type { DeviceAgent } from '@vagus/api/telemetry'
import { needs } from '../../../scripts/needs.ts'
import type { Answer } from './fixtures/southbound-run.ts'

type Told = Answer<CommitResource>
type Lines = readonly string[]
interface Death {
  readonly lost: string
  readonly repeated: Told
  readonly was: Lines
  readonly dead: Lines
  readonly is: Lines
}
interface Run {
  readonly reads: Readonly<Record<'bgp' | 'route' | 'secret' | 'abbreviated' | 'unknown', Answer<CliAnswer>>> & {
    readonly config: RouterConfig
  }
  readonly was: Lines
  readonly plan: CommitPlan
  readonly expired: { readonly kept: Told; readonly during: Lines; readonly over: Told; readonly is: Lines }
  readonly busy: Told
  readonly agent: DeviceAgent['commits']
  readonly late: Told
  readonly keys: Readonly<Record<'first' | 'again' | 'other' | 'confirmed' | 'confirmedTwice', Told>> & {
    readonly is: Lines
  }
  readonly stale: Told
  readonly refused: Readonly<Record<'wrong' | 'forbidden' | 'notListed' | 'own' | 'hidden', Told>> & {
    readonly beforeWrong: Lines
    readonly afterWrong: Lines
  }
  readonly news: SouthboundNews
  readonly many: Readonly<Record<'applied' | 'undone' | 'wrong' | 'unknown', Told>> &
    Readonly<Record<'was' | 'is' | 'after', Lines>>
  readonly others: { readonly undone: Told; readonly is: Lines }
  readonly deaths: Readonly<Record<'before' | 'after', Death>> & {
    readonly policy: Readonly<Record<'was' | 'dead' | 'is', Lines>> & { readonly state: string }
    readonly amid: Readonly<Record<'was' | 'is' | 'later', Lines>> & { readonly over: Told }
    readonly waiting: Readonly<Record<'goesOn' | 'confirmedAfter' | 'shortOver', Told>> &
      Readonly<Record<'confirmedIs' | 'shortDead' | 'is', Lines>>
  }
  readonly stopped: { readonly was: Lines; readonly is: Lines }
}

/** FRR wants its group, which a user namespace cannot have otherwise. */
const setUp = `ip link set lo up
ip link add eth1 type veth peer name peer1; ip link set eth1 up; ip link set peer1 up
ip addr add 10.0.1.1/24 dev eth1; ip addr add 10.0.0.1/32 dev lo; ip route add local 169.254.77.2 dev lo
printf 'root:x:0:root\\nfrr:x:0:root\\nfrrvty:x:0:root\\n' > "$2/group"
mount --bind "$2/group" /etc/group
exec "$NODE" "$1" "$2"`

const overWith = ({ ended }: Told): string | undefined => ended?.because

describe('what AI agents ask of FRR', { skip: needs('netns', 'frr') }, () => {
  let run: Run
  before(() => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-southbound-'))
    try {
      const script = join(import.meta.dirname, 'fixtures/southbound-frr.ts')
      const output = execFileSync('unshare', ['-Urnm', 'sh', '-ec', setUp, 'sh', script, folder], {
        encoding: 'utf8',
        timeout: 240_000,
        maxBuffer: 16 * 1024 * 1024,
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, NODE: process.execPath },
      })
      run = JSON.parse(output.trim().split('\n').at(-1)!) as Run
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('is answered by whichever daemon knows it', () => {
    assert.match(run.reads.bgp.output, /local AS number 64512/)
    assert.match(run.reads.route.output, /10\.0\.1\.0\/24 is directly connected, eth1/)
  })

  test('is refused where it is no command that reads, and says what FRR says', () => {
    assert.deepEqual([run.reads.secret.status, run.reads.abbreviated.status, run.reads.unknown.status], [403, 403, 422])
    assert.match(run.reads.unknown.detail ?? '', /Unknown command: show bgp nonsense/)
  })

  test('shows the configuration without credentials', () => {
    assert.match(run.reads.config.text, /neighbor 10\.0\.1\.2 password <hidden>/)
    assert.doesNotMatch(run.reads.config.text, /hush/)
  })

  test('goes back to the same text, in the same order, unless it is confirmed in time', () => {
    const { kept, during, over, is } = run.expired
    assert.deepEqual(run.plan.refused, [])
    assert.equal(kept.state, 'pending')
    assert.deepEqual(
      kept.added.filter((line) => line.startsWith('route-map CUST-A')),
      [
        'route-map CUST-A deny 10',
        'route-map CUST-A deny 10 / set local-preference 200',
        'route-map CUST-A deny 10 / set metric 70',
      ],
    )
    assert.ok(during.includes(' set metric 70'))
    assert.equal(over.state, 'reverted')
    assert.equal(overWith(over), 'it was not confirmed in time')
    assert.deepEqual(is, run.was)
    assert.equal(run.agent?.pending?.id, kept.id)
  })

  test('is one at a time, and is not confirmed too late', () => {
    assert.deepEqual([run.busy.status, run.busy.type], [409, 'urn:vagus:problem:change-pending'])
    assert.deepEqual([run.late.status, run.late.type], [409, 'urn:vagus:problem:commit-over'])
    assert.match(run.late.detail ?? '', /is reverted: it was not confirmed in time/)
  })

  test('is done once for a key, and stays once it is confirmed', () => {
    const { first, again, other, confirmed, confirmedTwice, is } = run.keys
    assert.equal(again.id, first.id)
    assert.equal(other.type, 'urn:vagus:problem:key-used')
    assert.deepEqual([confirmed.state, confirmedTwice.state], ['confirmed', 'confirmed'])
    assert.deepEqual(
      is.filter((line) => !run.was.includes(line)),
      [' set metric 60'],
    )
    assert.equal(run.stale.type, 'urn:vagus:problem:other-base')
  })

  test('leaves the router as it was where FRR rejects one line', () => {
    const { wrong, beforeWrong, afterWrong } = run.refused
    assert.equal(wrong.state, 'refused')
    assert.match(overWith(wrong) ?? '', /FRR rejects "set metric none"/)
    assert.deepEqual(afterWrong, beforeWrong)
  })

  test('sends nothing that is not allowed', () => {
    const { forbidden, notListed, own, hidden } = run.refused
    for (const one of [forbidden, notListed, own, hidden]) assert.equal(one.type, 'urn:vagus:problem:lines-not-allowed')
    assert.match(forbidden.detail ?? '', /would originate a prefix/)
    assert.match(own.detail ?? '', /session of this device agent/)
    assert.match(hidden.detail ?? '', /printable ASCII/)
  })

  test('tells its controller what was committed, without the lines, and that somebody tried what may not be', () => {
    const { commits, attempts } = southboundNewsSchema.parse(run.news)
    assert.equal(commits[0]?.id, run.refused.wrong.id)
    assert.deepEqual([commits[0].state, 'commands' in commits[0]], ['refused', false])
    assert.deepEqual(
      attempts.map(({ by, count }) => [by.kind, count]),
      [['operator', 1]],
      'those that follow within a minute are counted',
    )
  })

  test('leaves what others have changed since, and says so', () => {
    const { undone, is } = run.others
    assert.equal(undone.state, 'reverted')
    assert.match(overWith(undone) ?? '', /others have changed since.*set metric 60/)
    const { afterWrong } = run.refused
    assert.deepEqual(
      is.filter((line) => !afterWrong.includes(line)),
      [
        'interface eth1',
        ' description by the operator',
        'ip prefix-list CUST seq 30 permit 172.16.0.0/12',
        ' set local-preference 7',
        ' set metric 99',
        'route-map THEIRS permit 1',
      ],
    )
    assert.deepEqual(
      afterWrong.filter((line) => !is.includes(line)),
      [' set metric 60'],
    )
  })

  test('is taken together where it has many lines, goes back together, and not at all where FRR rejects one', () => {
    const { was, applied, is, undone, wrong, unknown, after } = run.many
    assert.deepEqual([applied.state, applied.added.length, undone.state], ['pending', 200, 'reverted'])
    assert.equal(is.filter((line) => line.startsWith('ip prefix-list CUST-')).length, 200)
    assert.deepEqual([wrong.state, unknown.state], ['refused', 'refused'])
    assert.match(overWith(wrong) ?? '', /FRR rejects the lines together: Invalid prefix range for 10\.0\.0\.0\/8/)
    assert.match(overWith(unknown) ?? '', /FRR rejects "set metric none": Unknown command/)
    assert.deepEqual(after, was)
  })

  test('goes back where the agent died amid it, and what people did meanwhile in the same context stays', () => {
    const { was, over, is, later } = run.deaths.amid
    assert.equal(overWith(over), 'the agent ended while it was applied')
    assert.deepEqual(
      is.filter((line) => !was.includes(line)),
      [' neighbor 10.0.1.9 remote-as 64999'],
    )
    assert.deepEqual(
      was.filter((line) => !is.includes(line)),
      [],
    )
    assert.deepEqual(later, is, 'no line comes after it went back')
  })

  test('goes back where the agent died before the router was asked, or after it, and is done once all the same', () => {
    for (const when of ['before', 'after'] as const) {
      const { lost, repeated, was, dead, is } = run.deaths[when]
      assert.match(lost, /hang up|ECONN/)
      assert.equal(repeated.state, 'reverted')
      assert.equal(overWith(repeated), 'the agent ended while it was applied')
      assert.equal(dead.includes(' set metric 70'), when === 'after')
      assert.deepEqual(is, was)
    }
  })

  test('goes on where the agent dies while it waits, and goes back where its time is over when another one starts', () => {
    const { goesOn, confirmedAfter, confirmedIs, shortDead, shortOver, is } = run.deaths.waiting
    assert.deepEqual([goesOn.state, confirmedAfter.state], ['pending', 'confirmed'])
    assert.ok(confirmedIs.includes(' set metric 66'))
    assert.ok(shortDead.includes(' set metric 67'))
    assert.equal(overWith(shortOver), 'it was not confirmed in time')
    assert.deepEqual(is, confirmedIs)
  })

  test('is beside a policy of the agent that goes back, too, where the agent died before it was confirmed', () => {
    const { state, was, dead, is } = run.deaths.policy
    assert.equal(state, 'pending')
    assert.ok(dead.includes('route-map VAGUS-AGENT permit 1'))
    assert.deepEqual(is, was)
  })

  test('goes back where the agent is stopped', () => assert.deepEqual(run.stopped.is, run.stopped.was))
})
