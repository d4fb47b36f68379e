/** Sessions that cannot begin, or end amid a request: what is said, and that nothing stays behind. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { eventually } from '../../../../scripts/eventually.ts'
import { freePort } from '../../../../scripts/free-port.ts'
import { needs } from '../../../../scripts/needs.ts'
import { RouterError } from '../../src/errors.ts'
import { NetconfSession } from '../../src/netconf/session.ts'
import { Netconfd } from '../support/netconfd.ts'
import { Sshd } from '../support/sshd.ts'
import { router } from './router-config.ts'

const skip = needs('netconfd')
const within = 20_000
const sessionFile = join(import.meta.dirname, '../../src/netconf/session.ts')
const unreachable =
  (message: RegExp) =>
  (error: unknown): boolean =>
    error instanceof RouterError && error.code === 'unreachable' && message.test(error.message)

/** Ids of the ssh processes to a port. */
function sshTo(port: number): readonly number[] {
  const { stdout } = spawnSync('pgrep', ['-f', `^ssh -T .* -p ${port} `], { encoding: 'utf8' })
  return stdout.split('\n').filter(Boolean).map(Number)
}

async function served(t: TestContext): Promise<Netconfd> {
  const server = await Netconfd.start()
  t.after(() => server.end())
  return server
}

/** An sshd whose subsystem is a script of the shell. */
async function saying(t: TestContext, script: string): Promise<Sshd> {
  const sshd = await Sshd.start((folder) => `/bin/sh ${join(folder, 'script')}`)
  writeFileSync(join(sshd.folder, 'script'), script)
  t.after(() => sshd.end())
  return sshd
}
const hello = `cat <<'END'
<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities><session-id>1</session-id></hello>]]>]]>
END
`
/** Waits for the line of a request. */
const asked = 'while read -r line; do case "$line" in "<rpc"*) break;; esac; done\n'

test('a server that is slow to read the hello gets the first request by itself', { skip }, async (t) => {
  const answer = '<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><data/></rpc-reply>]]>]]>'
  const first = 'sleep 0.03; dd bs=65536 count=1 of="$(dirname "$0")/first" 2>/dev/null\n'
  const { place, folder } = await saying(t, `${hello}${first}${asked}echo '${answer}'; cat >/dev/null\n`)
  const session = await NetconfSession.open(place, within)
  t.after(() => session.close())
  await session.get([], within)
  assert.match(readFileSync(join(folder, 'first'), 'utf8'), /<hello[^]*\]\]>\]\]>\n?$/)
})

describe('a session that cannot begin', { skip }, () => {
  test('a host key that is not known', async (t) => {
    const { place, sshd } = await served(t)
    writeFileSync(join(sshd.folder, 'known_hosts'), '')
    const said = new RegExp(
      `its host key is not in known_hosts: get it with ssh-keyscan -p ${place.port} 127\\.0\\.0\\.1, .*\\(ssh: `,
    )
    await assert.rejects(NetconfSession.open(place, within), unreachable(said))
  })

  test('a host key that is another one', async (t) => {
    const { place, sshd } = await served(t)
    const other = readFileSync(join(sshd.folder, 'client_key.pub'), 'utf8')
    writeFileSync(join(sshd.folder, 'known_hosts'), `[127.0.0.1]:${place.port} ${other}`)
    await assert.rejects(
      NetconfSession.open(place, within),
      unreachable(/its host key is another one than known_hosts has/),
    )
  })

  test('a user that is not let in', async (t) => {
    const { place } = await served(t)
    const other = NetconfSession.open({ ...place, user: 'nobody-of-vagus' }, within)
    await assert.rejects(
      other,
      unreachable(/it does not let the user nobody-of-vagus in: add the public key .*Permission denied/),
    )
  })

  test('a port at which nothing listens', async (t) => {
    const { place } = await served(t)
    const other = NetconfSession.open({ ...place, port: await freePort() }, within)
    await assert.rejects(other, unreachable(/nothing listens there: enable NETCONF over SSH/))
  })

  test('a name without an address', async (t) => {
    const { place } = await served(t)
    const other = NetconfSession.open({ ...place, host: 'r1.invalid' }, within)
    await assert.rejects(other, unreachable(/its name has no address: .* \(ssh: Could not resolve/))
  })

  test('a file of configuration that is not there', async (t) => {
    const { place } = await served(t)
    const other = NetconfSession.open({ ...place, sshConfig: '/nonexistent/ssh' }, within)
    await assert.rejects(other, unreachable(/correct the file of ssh's configuration/))
  })

  test('an SSH server without the subsystem', async (t) => {
    const { place, sshd } = await served(t)
    const file = join(sshd.folder, 'sshd_config')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^Subsystem.*$/m, ''))
    spawnSync('kill', ['-HUP', String(sshd.id)])
    await eventually('sshd has read its configuration again', () =>
      NetconfSession.open(place, within).then(
        (session) => (session.close(), false),
        unreachable(/has no subsystem netconf: enable NETCONF/),
      ),
    )
  })

  test('nothing behind the subsystem', async (t) => {
    const server = await served(t)
    await server.crash()
    await assert.rejects(
      NetconfSession.open(server.place, within),
      unreachable(/ended the connection before it said hello/),
    )
  })

  test('a server that takes the connection and says nothing: ended in time, and no ssh stays', async (t) => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    t.after(() => silent.close())
    const { place } = await served(t)
    const { port } = silent.address() as { port: number }
    await assert.rejects(
      NetconfSession.open({ ...place, port }, 800),
      unreachable(/did not say hello within 0\.8 s|no answer comes back/),
    )
    await eventually('no ssh stays', () => sshTo(port).length === 0)
  })

  test('a host without ssh, with setpriv and without', async (t) => {
    const { place, sshd } = await served(t)
    const program = [
      `import { NetconfSession } from ${JSON.stringify(sessionFile)}`,
      `await NetconfSession.open(${JSON.stringify(place)}, 20000)`,
    ].join('\n')
    const [setpriv = ''] = spawnSync('which', ['setpriv'], { encoding: 'utf8' }).stdout.split('\n')
    for (const tools of [[], ['setpriv']]) {
      const folder = mkdtempSync(join(sshd.folder, 'bin-'))
      for (const tool of tools) symlinkSync(setpriv, join(folder, tool))
      const { stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', program], {
        encoding: 'utf8',
        env: { PATH: folder },
      })
      assert.match(
        stderr,
        /RouterError.*: NETCONF at 127\.0\.0\.1 needs ssh, which is not installed: install openssh-client/,
      )
    }
  })

  test('what is not NETCONF', async (t) => {
    const { place } = await saying(t, "echo 'Welcome]]>]]>'; cat > /dev/null\n")
    await assert.rejects(NetconfSession.open(place, within), unreachable(/sends what is not NETCONF: is not XML/))
    await eventually('no ssh stays', () => sshTo(place.port).length === 0)
  })
})

describe('a session that ends', { skip }, () => {
  const busy = [router('')]

  test('ssh is killed amid a request: all that wait are told, and later ones', async (t) => {
    const server = await served(t)
    const session = await NetconfSession.open(server.place, within)
    server.signal('SIGSTOP')
    const told = [session.get(busy, within), session.getConfig('running', busy, within)].map((call) =>
      assert.rejects(call, unreachable(/ended the session/)),
    )
    const [ssh] = sshTo(server.place.port)
    process.kill(ssh!, 'SIGKILL')
    await Promise.all(told)
    assert.equal(session.isOpen, false)
    await assert.rejects(session.get(busy, within), unreachable(/ended the session/))
  })

  test('the server is killed amid a request; a new session works once it is there again', async (t) => {
    const server = await served(t)
    const session = await NetconfSession.open(server.place, within)
    server.signal('SIGSTOP')
    const refused = assert.rejects(session.get(busy, within), unreachable(/ended the session/))
    await server.crash()
    await refused
    assert.deepEqual(sshTo(server.place.port), [])
    await server.serve()
    const again = await NetconfSession.open(server.place, within)
    t.after(() => again.close())
    assert.equal((await again.getConfig('running', busy, within)).name, 'data')
  })

  test('no answer in time ends the session; what was not sent by then is given up alone', async (t) => {
    const server = await served(t)
    const session = await NetconfSession.open(server.place, within)
    server.signal('SIGSTOP')
    const late = unreachable(/did not answer within 0\.6 s; the session was ended$/)
    const told = [
      assert.rejects(session.get(busy, 600), late),
      assert.rejects(session.get(busy, 200), unreachable(/was still busy with others after 0\.2 s$/)),
      assert.rejects(session.get(busy, within), late),
    ]
    await told[1]
    assert.equal(session.isOpen, true)
    await Promise.all(told)
    assert.equal(session.isOpen, false)
    await eventually('no ssh stays', () => sshTo(server.place.port).length === 0)
  })

  test('a server that is there and answers nothing any more is noticed by looking whether it does', async (t) => {
    const server = await served(t)
    const session = await NetconfSession.open(server.place, within)
    await session.reach(within)
    server.signal('SIGSTOP')
    await assert.rejects(session.reach(600), unreachable(/did not answer within 0\.6 s/))
  })

  test('close ends ssh, and what waits', async (t) => {
    const server = await served(t)
    const session = await NetconfSession.open(server.place, within)
    const call = session.get(busy, within)
    session.close()
    await assert.rejects(call, unreachable(/this session was closed$/))
    await eventually('no ssh stays', () => sshTo(server.place.port).length === 0)
  })

  test('ssh ends with a process that is killed, although its server goes on', async (t) => {
    const { place } = await saying(t, `${hello}exec sleep 30\n`)
    const program = [
      `import { NetconfSession } from ${JSON.stringify(sessionFile)}`,
      `await NetconfSession.open(${JSON.stringify(place)}, 20000)`,
      `process.kill(process.pid, 'SIGKILL')`,
    ].join('\n')
    const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', program], {
      encoding: 'utf8',
    })
    assert.equal(signal, 'SIGKILL', stderr)
    await eventually('no ssh stays', () => sshTo(place.port).length === 0, { seconds: 15 })
  })

  test('what a shell says before it ends is no hello', async (t) => {
    const { place } = await saying(t, "echo 'This account is currently not available.'; exit 1\n")
    await assert.rejects(NetconfSession.open(place, within), unreachable(/before it said hello/))
  })

  const answers: readonly (readonly [name: string, answer: string, problem: RegExp])[] = [
    ['an answer to something else', '<rpc-reply message-id="9"><ok/></rpc-reply>', /answered 9 when asked 1$/],
    [
      'an answer that says not to what',
      '<rpc-reply><ok/></rpc-reply>',
      /answered something without message-id when asked 1$/,
    ],
    ['half a character', '\\303', /not UTF-8/],
    ['another message', '<notification/>', /answers with <notification> instead of <rpc-reply>$/],
  ]
  for (const [name, answer, problem] of answers)
    test(`${name} ends it`, async (t) => {
      const { place } = await saying(t, `${hello}${asked}printf '${answer}]]>]]>'; cat > /dev/null\n`)
      const session = await NetconfSession.open(place, within)
      await assert.rejects(session.get(busy, within), unreachable(problem))
      assert.equal(session.isOpen, false)
    })

  test('modules that only the YANG library has are known (RFC 7950 §5.6.4)', async (t) => {
    const library =
      '<rpc-reply message-id="1"><data><yang-library xmlns="urn:ietf:params:xml:ns:yang:ietf-yang-library"><module-set>' +
      '<module><name>acme</name><namespace>urn:acme</namespace></module></module-set></yang-library></data></rpc-reply>'
    const capability =
      '<capability>urn:ietf:params:netconf:capability:yang-library:1.1?revision=2019-01-04</capability>'
    const withLibrary = hello.replace('<capabilities>', `<capabilities>${capability}`)
    const { place } = await saying(t, `${withLibrary}${asked}printf '${library}]]>]]>'; cat > /dev/null\n`)
    const session = await NetconfSession.open(place, within)
    t.after(() => session.close())
    assert.deepEqual([...session.capabilities.modules], [['acme', 'urn:acme']])
  })

  test('an error about a request that could not be read is the answer to it (RFC 6241 §4.3)', async (t) => {
    const fault = '<rpc-reply><rpc-error><error-tag>malformed-message</error-tag></rpc-error></rpc-reply>'
    const { place } = await saying(t, `${hello}${asked}printf '${fault}]]>]]>'; cat > /dev/null\n`)
    const session = await NetconfSession.open(place, within)
    t.after(() => session.close())
    await assert.rejects(session.get(busy, within), (error) => {
      return (
        error instanceof RouterError &&
        error.code === 'refused' &&
        error.message.endsWith('refused get: malformed-message')
      )
    })
    assert.equal(session.isOpen, true)
  })
})
