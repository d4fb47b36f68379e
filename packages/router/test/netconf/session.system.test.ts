/** Sessions with netconfd over a real SSH: what is read, edited, confirmed, taken back and locked. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { parseXml } from '@vagus/netconf'
import { until } from '../../../../scripts/eventually.ts'
import { needs } from '../../../../scripts/needs.ts'
import { RouterError, type RouterErrorCode } from '../../src/errors.ts'
import { NetconfSession } from '../../src/netconf/session.ts'
import { Netconfd } from '../support/netconfd.ts'
import { router, textIn } from './router-config.ts'

const skip = needs('netconfd')
const within = 20_000
const filter = [router('')]
const is =
  (code: RouterErrorCode, message: RegExp) =>
  (error: unknown): boolean =>
    error instanceof RouterError && error.code === code && message.test(error.message)

describe('with a candidate', { skip }, () => {
  /** A server of the test's own, without configuration, and two sessions with it. */
  async function opened(t: TestContext): Promise<{ server: Netconfd; session: NetconfSession; other: NetconfSession }> {
    const server = await Netconfd.start()
    t.after(() => server.end())
    const [session, other] = [
      await NetconfSession.open(server.place, within),
      await NetconfSession.open(server.place, within),
    ]
    t.after(() => [session, other].forEach((one) => one.close()))
    return { server, session, other }
  }
  const running = async (session: NetconfSession): Promise<string> =>
    textIn(await session.getConfig('running', filter, within))
  const named = (name: string): string => `<router xmlns="urn:vagus:test:router"><name>${name}</name></router>`

  test('the session has an id, capabilities, chunks, and the namespace of each module', async (t) => {
    const { session, other } = await opened(t)
    const { capabilities, sessionId, isOpen } = session
    assert.ok(isOpen && sessionId > 0 && sessionId !== other.sessionId)
    const { chunked, candidate, confirmedCommit, writableRunning, startup, rollbackOnError, xpath } = capabilities
    assert.deepEqual(
      { chunked, candidate, confirmedCommit, writableRunning, startup, rollbackOnError, xpath },
      {
        chunked: true,
        candidate: true,
        confirmedCommit: true,
        writableRunning: false,
        startup: false,
        rollbackOnError: true,
        xpath: true,
      },
    )
    assert.equal(capabilities.modules.get('vagus-test-router'), 'urn:vagus:test:router')
  })

  test('state is read by a filter; one of nothing that is there gives data without children', async (t) => {
    const { session } = await opened(t)
    const monitoring = {
      ...router(''),
      name: 'netconf-state',
      namespace: 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring',
    }
    const data = await session.get([monitoring], within)
    assert.ok(textIn(data).includes(`<session-id>${session.sessionId}</session-id>`))
    assert.deepEqual((await session.getConfig('running', filter, within)).children, [])
    const everything = await session.get([], within)
    assert.ok(everything.children.some(({ name }) => name === 'modules-state'))
  })

  test('an edit is in the candidate, and runs once it is committed', async (t) => {
    const { session } = await opened(t)
    const edit = router(
      '<name>&lt;r1&gt; é</name><link xmlns:x="urn:vagus:test:router"><site>b</site><number>2</number><type>x:ethernet</type><passive/>' +
        '<address>192.0.2.9</address><address>192.0.2.1</address></link>' +
        '<rule><name>z</name></rule><rule><name>a</name><action>deny</action></rule><logging/>',
    )
    await session.editConfig('candidate', [edit], within)
    assert.equal(await running(session), '')
    await session.commit({}, within)
    // netconfd gives identities a prefix, and sorts what the user does not order.
    assert.equal(
      await running(session),
      '<router xmlns="urn:vagus:test:router"><name>&lt;r1&gt; é</name><link><site>b</site><number>2</number>' +
        '<type xmlns:tr="urn:vagus:test:router">tr:ethernet</type><passive/><address>192.0.2.1</address><address>192.0.2.9</address></link>' +
        '<rule><name>z</name></rule><rule><name>a</name><action>deny</action></rule><logging/></router>',
    )
    await session.editConfig('candidate', [router('<rule nc:operation="delete"><name>z</name></rule>')], within)
    await session.discardChanges(within)
    await session.commit({}, within)
    assert.match(await running(session), /<name>z<\/name>/)
  })

  test('what the server rejects is refused with its words, tag and path, and the session goes on', async (t) => {
    const { session } = await opened(t)
    const wrong = router('<link><site>a</site><number>1</number><mtu>99999</mtu></link>')
    await assert.rejects(
      session.editConfig('candidate', [wrong], within),
      is('refused', /^NETCONF at root@127\.0\.0\.1 port \d+ refused edit-config: .*\(invalid-value, .*at .*mtu/),
    )
    const missing = router('<rule nc:operation="delete"><name>none</name></rule>')
    await assert.rejects(session.editConfig('candidate', [missing], within), is('refused', /data-missing/))
    assert.equal(await running(session), '')
  })

  test('a confirmed commit runs, and stays when another session confirms it by its name', async (t) => {
    const { session, other } = await opened(t)
    await session.editConfig('candidate', [router('<name>r2</name>')], within)
    await session.commit({ confirmed: { timeout: 60, persist: 'one' } }, within)
    session.close()
    assert.equal(await running(other), named('r2'))
    await other.commit({ persistId: 'one' }, within)
    await assert.rejects(other.cancelCommit('one', within), is('refused', /cancel-commit/))
    assert.equal(await running(other), named('r2'))
  })

  test('a confirmed commit is taken back when it is cancelled, from another session, too', async (t) => {
    const { session, other } = await opened(t)
    await session.editConfig('candidate', [router('<name>r3</name>')], within)
    await session.commit({ confirmed: { timeout: 60, persist: 'two' } }, within)
    session.close()
    assert.equal(await running(other), named('r3'))
    await assert.rejects(other.cancelCommit('another', within), is('refused', /cancel-commit/))
    await other.cancelCommit('two', within)
    assert.equal(await running(other), '')
  })

  test('a confirmed commit is taken back after its time', async (t) => {
    const { session } = await opened(t)
    await session.editConfig('candidate', [router('<name>r4</name>')], within)
    await session.commit({ confirmed: { timeout: 1, persist: 'three' } }, within)
    assert.equal(await running(session), named('r4'))
    // netconfd looks at its clock once nobody has asked anything for a second.
    await until(
      () => running(session),
      (text) => text === '',
      { every: 2000 },
    )
  })

  test('a lock that another session holds names it, and ends with it', async (t) => {
    const { session, other } = await opened(t)
    await session.lock('candidate', within)
    const held = new RegExp(`refused lock of candidate: .*lock-denied.*held by session ${session.sessionId}\\b`)
    await assert.rejects(other.lock('candidate', within), is('refused', held))
    await assert.rejects(
      other.editConfig('candidate', [router('<name>r5</name>')], within),
      // netconfd does not say by whom.
      is('refused', /\(in-use, /),
    )
    await session.unlock('candidate', within)
    await other.lock('candidate', within)
    other.close()
    await until(
      () =>
        session.lock('candidate', within).then(
          () => 'locked',
          (error: Error) => error.message,
        ),
      (outcome) => outcome === 'locked',
    )
  })

  test('what the server cannot do is not asked', async (t) => {
    const { session } = await opened(t)
    await assert.rejects(
      session.editConfig('running', [], within),
      is('unsupported', /has no capability :writable-running$/),
    )
    await assert.rejects(session.getConfig('startup', [], within), is('unsupported', /:startup$/))
    await assert.rejects(session.commit({ confirmed: { timeout: 0, persist: 'x' } }, within), RangeError)
    await assert.rejects(session.commit({ persistId: '' }, within), RangeError)
  })

  test('64 calls wait, each with its answer; one more is refused', async (t) => {
    const { session } = await opened(t)
    const calls = Array.from({ length: 65 }, (_, n) =>
      n % 2 === 0 ? session.getConfig('running', filter, within) : session.getConfig('candidate', filter, within),
    )
    await assert.rejects(session.get([], within), is('refused', /^64 requests .* wait for answers$/))
    for (const data of await Promise.all(calls)) assert.equal(data.name, 'data')
  })

  test('a configuration with many entries and a long value goes there and comes back', async (t) => {
    const { session } = await opened(t)
    const rules = Array.from({ length: 1000 }, (_, n) => `<rule><name>${'r'.repeat(200)}${n}</name></rule>`).join('')
    const all = `<description>${'d'.repeat(2 ** 20)}</description>${rules}`
    await session.editConfig('candidate', [router(all)], within)
    const candidate = await session.getConfig('candidate', filter, within)
    assert.equal(textIn(candidate), `<router xmlns="urn:vagus:test:router">${all}</router>`)
  })

  test('another client, ncclient, sees the same configuration', { skip: needs('ncclient') }, async (t) => {
    const { server, session } = await opened(t)
    await session.editConfig('candidate', [router('<name>r6</name><rule><name>x</name></rule>')], within)
    await session.commit({}, within)
    const { port, user } = server.place
    const program = [
      'import sys',
      'from ncclient import manager',
      'with manager.connect(host="127.0.0.1", port=int(sys.argv[1]), username=sys.argv[2], key_filename=sys.argv[3],',
      '    hostkey_verify=False, allow_agent=False, look_for_keys=False, timeout=20) as m:',
      '  print(m.get_config("running", filter=("subtree", \'<router xmlns="urn:vagus:test:router"/>\')).data_xml)',
    ].join('\n')
    const words = ['-c', program, String(port), user, join(server.sshd.folder, 'client_key')]
    const { stdout } = await promisify(execFile)('/usr/bin/python3', words)
    assert.equal(textIn(parseXml(stdout)), await running(session))
    assert.match(stdout, /<name>r6<\/name>/)
  })
})

describe('with a running configuration that is written to, and another to start from', { skip }, () => {
  test('an edit runs at once; the candidate and confirmed commits are not asked for', async (t) => {
    const server = await Netconfd.start({ target: 'running', startup: 'distinct' })
    t.after(() => server.end())
    const session = await NetconfSession.open(server.place, within)
    t.after(() => session.close())
    const { candidate, confirmedCommit, writableRunning, startup } = session.capabilities
    assert.deepEqual([candidate, confirmedCommit, writableRunning, startup], [false, false, true, true])
    await session.editConfig('running', [router('<name>r1</name>')], within)
    assert.match(textIn(await session.getConfig('running', filter, within)), /<name>r1<\/name>/)
    assert.equal(textIn(await session.getConfig('startup', filter, within)), '')
    await assert.rejects(session.editConfig('candidate', [], within), is('unsupported', /:candidate$/))
    await assert.rejects(session.lock('candidate', within), is('unsupported', /:candidate$/))
    await assert.rejects(session.discardChanges(within), is('unsupported', /:candidate$/))
    await assert.rejects(session.commit({}, within), is('unsupported', /:candidate$/))
    await assert.rejects(session.cancelCommit('x', within), is('unsupported', /:confirmed-commit:1\.1$/))
  })
})
