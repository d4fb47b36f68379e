/** Commits at a real server of NETCONF that does more by them than they say, and at one that others use meanwhile. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { NetconfRouter } from '@vagus/router'
import { type Commits, editsOf, listsOf, noCommits, patternOf } from '@vagus/southbound'
import type { Actor } from '@vagus/api/southbound'
import { NetconfSession } from '../../../packages/router/src/netconf/session.ts'
import { Netconfd } from '../../../packages/router/test/support/netconfd.ts'
import { eventually } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { CommitDesk } from '../src/southbound/commit-desk.ts'

const box = '/vagus-test-box:box'
const yang = {
  'vagus-test-box': `module vagus-test-box {
    namespace "urn:vagus:test:box"; prefix b; revision 2025-01-01;
    container box {
      choice way { leaf one { type string; } leaf two { type string; } }
      leaf guard { type string; }
      container log { presence "It logs."; leaf level { type string; } }
    }
  }`,
}
const by: Actor = { kind: 'operator', id: null, name: null }

describe('commits whose effect is more than their lines', { skip: needs('netconfd') }, () => {
  let server: Netconfd
  before(async () => (server = await Netconfd.start({ yang })))
  after(() => server.end())
  const routerOf = (agent: string, patterns: readonly string[] = []) =>
    new NetconfRouter({ ...server.place, lists: listsOf(patterns), agent })

  function deskOf(router: NetconfRouter, patterns: readonly string[]): CommitDesk {
    let state: Commits<Actor> = noCommits
    const { configuration } = router
    const allowed = { dialect: 'netconf', patterns: patterns.map(patternOf), own: [] } as const
    const store = { read: () => state, write: (next: Commits<Actor>) => void (state = next) }
    return CommitDesk.open({ configuration, allowed, store, now: () => Date.now(), report: () => undefined })
  }
  async function committed(desk: CommitDesk, ...commands: readonly string[]) {
    await desk.apply((text) => ({
      key: '',
      by,
      comment: '',
      edits: editsOf(commands),
      base: '',
      before: text,
      confirmWithin: 60_000,
    }))
    return desk.commits.pending?.phase.type ?? desk.commits.ended.at(-1)?.ended.because ?? 'nothing'
  }
  async function set(...commands: readonly string[]): Promise<void> {
    const operator = routerOf('operator')
    await operator.configuration.apply(editsOf(commands), 60)
    await operator.configuration.keep()
    operator.close()
  }

  test('are refused before they run: another case of a choice goes (RFC 7950 §7.9)', async () => {
    await set(`${box}/two = theirs`)
    const router = routerOf('a')
    const was = await router.configuration.text()
    const said = await committed(deskOf(router, [`${box}/one`]), `${box}/one = ours`)
    assert.match(said, /it changed "\/vagus-test-box:box\/two = theirs": the operator of the device allows only/)
    assert.equal(await router.configuration.text(), was)
    router.close()
  })

  test('are as wide as a container that a leaf fills and empties, which is no change of its own', async () => {
    await set(`${box}/log/level = 1`)
    const router = routerOf('a')
    const desk = deskOf(router, [`${box}/log/level`])
    assert.equal(await committed(desk, `no ${box}/log/level`), 'applied')
    assert.match(await router.configuration.text(), /box\/log =\n/)
    await desk.confirm('commit-1', by)
    assert.equal(await committed(desk, `${box}/log/level = 2`), 'applied')
    await desk.end()
    assert.match(await router.configuration.text(), /box\/log =\n/)
    router.close()
  })

  test('take in nothing that others have in the candidate when they are confirmed (RFC 6241 §8.4.1)', async () => {
    const router = routerOf('a')
    const desk = deskOf(router, [`${box}/guard`])
    assert.equal(await committed(desk, `${box}/guard = ours`), 'applied')
    const other = await NetconfSession.open(server.place, 10_000)
    const leaf = { name: 'two', namespace: 'urn:vagus:test:box', children: [], text: 'half done' }
    await other.editConfig('candidate', [{ ...leaf, name: 'box', children: [leaf], text: '' }], 10_000)
    await assert.rejects(desk.confirm('commit-1', by), /somebody else has edits in the candidate/)
    assert.doesNotMatch(await router.configuration.text(), /half done/)
    assert.equal(desk.commits.pending?.phase.type, 'applied')
    await other.discardChanges(10_000)
    other.close()
    assert.equal((await desk.confirm('commit-1', by)).type, 'confirmed')
    router.close()
  })

  test('of another agent are not taken back by one whose own commit was refused meanwhile', async () => {
    const [one, two] = [routerOf('a'), routerOf('b')]
    const desk = deskOf(one, [`${box}/guard`])
    assert.equal(await committed(desk, `${box}/guard = of one`), 'applied')
    assert.match(await committed(deskOf(two, [`${box}/guard`]), `${box}/guard = of two`), /refused/)
    assert.match(await one.configuration.text(), /guard = of one\n/)
    assert.equal((await desk.confirm('commit-1', by)).type, 'confirmed')
    one.close()
    two.close()
  })

  test('that the router has no more are not confirmed, and it is said why', async () => {
    const router = routerOf('a')
    const desk = deskOf(router, [`${box}/guard`])
    assert.equal(await committed(desk, `${box}/guard = lost`), 'applied')
    await server.crash()
    await server.serve()
    const said = /what runs is not what was committed: the router went back, or somebody changed it \(NETCONF at /
    await eventually('a new session', () =>
      desk.confirm('commit-1', by).then(
        () => false,
        (error) => said.test(error.message),
      ),
    )
    await desk.end()
    assert.equal(desk.commits.ended.at(-1)?.state, 'reverted')
    router.close()
  })

  test('share one session, also where several ask while there is none', async () => {
    const router = routerOf('a')
    await Promise.all(Array.from({ length: 4 }, () => router.software()))
    await server.crash()
    await eventually('the session has ended', () =>
      router.software().then(
        () => false,
        () => true,
      ),
    )
    await server.serve()
    await Promise.all(Array.from({ length: 4 }, () => router.software()))
    const watcher = await NetconfSession.open(server.place, 10_000)
    const sessions = { name: 'netconf-state', namespace: 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring' }
    const inside = { ...sessions, name: 'sessions', children: [], text: '' }
    const { children } = await watcher.get([{ ...sessions, children: [inside], text: '' }], 10_000)
    const open = children[0]!.children[0]!.children.filter(({ name }) => name === 'session')
    watcher.close()
    router.close()
    assert.equal(open.length, 2, 'the one of the router, and that of the watcher')
  })
})
