/** The driver against netconfd: what AI agents read, and commits that go back. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { changeOf, configOf, editsOf, editText, listsOf, patternOf, readOf, undoOf } from '@vagus/southbound'
import { needs } from '../../../../scripts/needs.ts'
import { NetconfRouter } from '../../src/index.ts'
import { NetconfSession } from '../../src/netconf/session.ts'
import { Netconfd } from '../support/netconfd.ts'

const router = '/vagus-test-router:router'
const patterns = [
  `${router}/name`,
  `${router}/link[site=*][number=*]`,
  `${router}/link[site=*][number=*]/address[.=*]`,
  `${router}/rule[name=*]`,
  `${router}/name-server[.=*]`,
].map(patternOf)

const first = [
  `${router}/name = r1`,
  `${router}/link[site='gdn'][number='1']/type = vagus-test-router:ethernet`,
  `${router}/link[site='gdn'][number='1']/description = "to  the core\\nat Gda\\u0144sk"`,
  `${router}/link[site='gdn'][number='1']/address[.='192.0.2.1/31']`,
  `${router}/rule[name='b']/action = deny`,
  `${router}/rule[name='a']/action = permit`,
  `${router}/rule[name='c']/prefix = 192.0.2.0/24`,
]

for (const target of ['candidate', 'running'] as const)
  describe(`a router of NETCONF whose ${target} is changed`, { skip: needs('netconfd') }, () => {
    let server: Netconfd
    let driver: NetconfRouter
    before(async () => {
      server = await Netconfd.start({ target })
      driver = new NetconfRouter({ ...server.place, lists: listsOf(patterns) })
      await driver.configuration.apply(editsOf(first), 60)
      await driver.configuration.keep()
    })
    after(async () => {
      driver.close()
      await server.end()
    })
    const text = () => driver.configuration.text()
    const took = async (before: string): Promise<void> => {
      const { configuration } = driver
      const change = changeOf(configOf(before), configOf(await text()))
      assert.deepEqual(await configuration.takeBack(undoOf(change, configOf(await text())).back), [])
      const { away } = undoOf(change, configOf(await text()))
      if (away.length > 0) assert.deepEqual(await configuration.takeBack(away), [])
    }

    test('has what was committed, in lines that can be committed again', async () => {
      const config = configOf(await text())
      for (const { context, line } of editsOf(first)) assert.ok(config.has([...context, line].join('\n')), line)
    })

    test('is as before after a commit that was taken back, also in the order of lists where it can', async () => {
      const was = await text()
      const { preview } = driver.configuration
      const commands = [
        `no ${router}/rule[name='a']`,
        `${router}/rule[name='c']/community = 64512:1`,
        `no ${router}/link[site='gdn'][number='1']/description`,
        `${router}/link[site='waw'][number='2']/type = vagus-test-router:loopback`,
        `${router}/link[site='waw'][number='2']/passive =`,
        `${router}/name-server[.='192.0.2.53']`,
        `${router}/name = r2`,
      ]
      const previewed = await preview!(editsOf(commands)).catch((error: unknown) => (error as { code: string }).code)
      assert.equal(await text(), was)
      await driver.configuration.apply(editsOf(commands), 60)
      const during = await text()
      assert.equal(previewed, target === 'candidate' ? during : 'unsupported')
      const { added, removed } = changeOf(configOf(was), configOf(during))
      assert.ok(added.length >= 6 && removed.length >= 4, during)
      await took(was)
      const sorted = (all: string): readonly string[] => all.split('\n').toSorted()
      if (target === 'candidate') assert.equal(await text(), was)
      else assert.deepEqual(sorted(await text()), sorted(was))
    })

    test('keeps what others have changed since', async () => {
      const was = await text()
      await driver.configuration.apply(editsOf([`${router}/name = r3`, `${router}/rule[name='b']/action = permit`]), 60)
      const change = changeOf(configOf(was), configOf(await text()))
      if (target === 'candidate') await driver.configuration.keep() // no other commit is taken until then
      const other = await NetconfSession.open(server.place, 10_000)
      const theirs = { name: 'name', namespace: 'urn:vagus:test:router', children: [], text: 'theirs' }
      await other.editConfig(target, [{ ...theirs, name: 'router', children: [theirs], text: '' }], 10_000)
      if (target === 'candidate') await other.commit({}, 10_000)
      other.close()
      const { back, away } = undoOf(change, configOf(await text()))
      assert.deepEqual([...back, ...away].map(editText), [
        `${router}/rule[name='b']/action = deny`,
        `no ${router}/rule[name='b']/action = permit`,
      ])
      assert.deepEqual(await driver.configuration.takeBack(back), [])
      assert.match(await text(), /name = theirs\n/)
      assert.match(await text(), /rule\[name='b'\]\n action = deny\n/)
    })

    test('refuses what its models do not allow, and nothing is done', async () => {
      const was = await text()
      for (const [command, words] of [
        [`${router}/link[site='gdn'][number='1']/mtu = 12`, /refused edit-config/],
        [`${router}/link[site='x'][number='1']/description = no type`, /refused/],
        [`no ${router}/link[site='x'][number='9']`, /refused edit-config: .*data-missing/],
        ['/nothing:here/x = 1', /has no YANG module "nothing"; it has .*/],
      ] as const) {
        const edits = editsOf([`${router}/name = r9`, command])
        await assert.rejects(driver.configuration.apply(edits, 60), words)
        if (target === 'running') await driver.configuration.takeBack(editsOf([`${router}/name = theirs`]))
        assert.equal(await text(), was)
      }
    })

    test('hides credentials', async () => {
      await driver.configuration.apply(editsOf([`${router}/rule[name='c']/community = s3cret`]), 60)
      await driver.configuration.keep()
      const { output } = await driver.cli({ command: `get ${router}` }, { timeout: 10_000, maxOctets: 100_000 })
      assert.match(output, /community = <hidden>/)
    })

    test('answers for a node alone, with what it does or only what is configured', async () => {
      const ask = async (command: string) => {
        const read = readOf('netconf', command)
        assert.ok(read.type === 'reads')
        return driver.cli(read, { timeout: 10_000, maxOctets: 100_000 })
      }
      const rule = await ask(`get-config ${router}/rule[name='a']`)
      assert.deepEqual(rule, { output: `${router}/rule[name='a']\n action = permit\n`, truncated: false })
      const all = await ask('get /')
      assert.match(all.output, /^\/ietf-netconf-monitoring:netconf-state\/.+/m)
      assert.deepEqual(await driver.cli({ command: 'get /' }, { timeout: 10_000, maxOctets: 10 }), {
        output: all.output.slice(0, 10),
        truncated: true,
      })
    })
  })

describe('a commit at a router that takes back by itself (RFC 6241 §8.4)', { skip: needs('netconfd') }, () => {
  let server: Netconfd
  before(async () => (server = await Netconfd.start()))
  after(() => server.end())
  const place = () => ({ ...server.place, lists: listsOf(patterns) })

  test('is confirmed or taken back by another process: its id is a hash of what it made', async () => {
    const [one, two, three] = [0, 1, 2].map(() => new NetconfRouter(place())) as [
      NetconfRouter,
      NetconfRouter,
      NetconfRouter,
    ]
    const empty = await one.configuration.text()
    await one.configuration.apply(editsOf([`${router}/name = r1`]), 60)
    one.close()
    await two.configuration.keep()
    assert.match(await two.configuration.text(), /name = r1/)
    await assert.rejects(two.configuration.keep(), /refused commit/)
    const kept = await two.configuration.text()
    assert.notEqual(kept, empty)
    await two.configuration.apply(editsOf([`${router}/name = r2`]), 60)
    two.close()
    assert.deepEqual(await three.configuration.takeBack([]), [])
    assert.equal(await three.configuration.text(), kept)
    three.close()
  })

  test('is refused while somebody else has edits in the candidate, which stay', async () => {
    const driver = new NetconfRouter(place())
    const other = await NetconfSession.open(server.place, 10_000)
    const name = { name: 'name', namespace: 'urn:vagus:test:router', children: [], text: 'theirs' }
    const theirs = [{ ...name, name: 'router', children: [name], text: '' }]
    await other.editConfig('candidate', theirs, 10_000)
    await assert.rejects(
      driver.configuration.apply(editsOf([`${router}/name = ours`]), 60),
      /somebody else has edits in the candidate|refused lock/,
    )
    await other.commit({}, 10_000)
    assert.match(await driver.configuration.text(), /name = theirs/)
    await other.lock('candidate', 10_000)
    await assert.rejects(driver.configuration.apply(editsOf([`${router}/name = ours`]), 60), /held by session/)
    other.close()
    driver.close()
  })

  test('goes on over a new session where the router was gone', async () => {
    const driver = new NetconfRouter(place())
    await driver.software()
    await server.crash()
    await assert.rejects(driver.configuration.text(), { code: 'unreachable' })
    await server.serve()
    assert.match(await driver.software(), /^NETCONF 1\.[01], \d+ YANG modules$/)
    driver.close()
  })
})
