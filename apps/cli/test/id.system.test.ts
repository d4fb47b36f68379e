import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { canonicalOctets, type JsonValue, signDelegation, signJws } from '@vagus/identity'
import { Keyring } from '@vagus/keyring'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { recorded } from './surroundings.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-id-'))
after(() => rmSync(folder, { recursive: true }))
const file = (name: string): string => join(folder, name)

async function typed(line: string): Promise<{ readonly exit: number; readonly out: string; readonly err: string }> {
  const around = { ...recorded(), environment: { VAGUS_HOME: folder } }
  const exit = await run(registry, line.split(' '), around)
  return { exit, ...around.written }
}
async function resource(line: string): Promise<Record<string, unknown>> {
  const { out } = await typed(`${line} --json`)
  return JSON.parse(out) as Record<string, unknown>
}

await typed('id new writer --skills report.write --organisation 7 --also https://example.com/agents/writer')
await typed('id new helper --holds 1d')

describe('vagus id', () => {
  test('makes agents that it shows, in tables that fit 100 columns', async () => {
    const { out } = await typed('id show')
    assert.deepEqual(
      out.split('\n').map((line) => line.split(' ')[0]),
      ['NAME', 'helper', 'writer', ''],
    )
    for (const line of `${out}${(await typed('id show writer')).out}`.split('\n')) assert.ok(line.length <= 100, line)
    const shown = await resource('id show writer')
    assert.deepEqual(
      [shown['kind'], shown['role'], shown['organisation'], shown['rotations']],
      ['Identity', 'writer', 7, 0],
    )
    assert.deepEqual(shown['alsoKnownAs'], ['vagus:writer', 'https://example.com/agents/writer'])
  })
  test('hands out a document that verifies, and says why one does not', async () => {
    writeFileSync(file('w.jws'), (await typed('id show writer --document')).out)
    const good = await typed(`id verify ${file('w.jws')}`)
    assert.equal(good.exit, 0)
    assert.match(good.out, /^verified {2}writer\n/)
    writeFileSync(file('bad.jws'), readFileSync(file('w.jws'), 'utf8').trim().slice(0, -2))
    const bad = await typed(`id verify ${file('bad.jws')}`)
    assert.equal(bad.exit, 4)
    assert.match(bad.out, /^refused {2}the document: .*64 octets, not 63 \(malformed\)/)
    assert.equal((await typed(`id verify ${file('nothing')}`)).exit, 2)
  })
  test('reads a document from standard input, whatever that is: a pipe, a file, a socket', () => {
    const launcher = fileURLToPath(new URL('../../../bin/vagus.mjs', import.meta.url))
    const line = ['id', 'verify', '-', '--home', folder]
    const given = (input: string): string => {
      const { stdout, stderr } = spawnSync(process.execPath, [launcher, ...line], { input, encoding: 'utf8' }) // a socket
      return `${stdout}${stderr}`
    }
    assert.match(given(readFileSync(file('w.jws'), 'utf8')), /^verified {2}writer\n/)
    assert.match(given('a'.repeat(2 ** 20 + 1)), /^vagus: standard input cannot be read: more than 1048576 octets\n/)
    for (const from of [`cat ${file('w.jws')} |`, `<${file('w.jws')}`]) {
      const args = ['-c', `${from} "$0" "$@"`, process.execPath, launcher, ...line]
      assert.match(spawnSync('bash', args, { encoding: 'utf8' }).stdout, /^verified {2}writer\n/)
    }
  })
  test('delegates to a child no more than it says, and for no longer than ten minutes', async () => {
    const { exit } = await typed(`id delegate writer --to helper --can report --task r-1 --out ${file('d.jws')}`)
    assert.equal(exit, 0)
    const verified = await resource(`id verify writer --delegations ${file('d.jws')}`)
    const mandate = verified['mandate'] as Record<string, unknown>
    assert.deepEqual([mandate['capabilities'], mandate['task'], mandate['depth']], [['report'], 'r-1', 0])
    const other = await typed(`id verify helper --delegations ${file('d.jws')}`)
    assert.deepEqual([other.exit, /\(chain\)/.test(other.out)], [4, true])
    const long = await typed('id delegate writer --to helper --can report --task r-1 --for 11m')
    assert.deepEqual([long.exit, /660 s; at most 600 s/.test(long.err)], [2, true])
    const nobody = await typed('id delegate writer --can report --task r-1')
    assert.match(nobody.err, /needs --to ID\n.*did:key/)
  })
  test('delegates towards agents of this host by their names, and refuses who is none', async () => {
    const id = (await resource('id show helper'))['id']
    const line = 'id delegate helper --to writer --can report --task r-1'
    await typed(`${line} --towards helper,${String((await resource('id show writer'))['id'])} --out ${file('t.jws')}`)
    const { mandate } = await resource(`id verify helper --delegations ${file('t.jws')}`)
    assert.equal((mandate as { audience: readonly unknown[] }).audience[0], id)
    for (const [words, problem] of [
      ['--towards did:key:oops', /--towards: "did:key:oops" is no agent id/],
      ['--towards nobody', /--towards: "nobody" is no agent id.*\n.*vagus id show/],
      [`--to helper`, /--to: helper is helper itself/],
    ] as const) {
      const { exit, out, err } = await typed(`${line} ${words}`)
      assert.deepEqual([exit, out], [2, ''])
      assert.match(err, problem)
    }
  })
  test('delegates on by what it was given, and refuses what nobody would believe', async () => {
    await typed(`id delegate writer --to helper --can report --task r-2 --depth 1 --out ${file('h.jws')}`)
    await typed('id new third')
    const on = `id delegate helper --under writer,${file('h.jws')} --to third --can report.write --task r-2/figures`
    assert.equal((await typed(`${on} --for 1m --out ${file('t.jws')}`)).exit, 0)
    const { mandate } = await resource(`id verify writer --delegations ${file('h.jws')},${file('t.jws')}`)
    assert.deepEqual((mandate as { capabilities: unknown }).capabilities, ['report.write'])
    const refused = async (line: string, problem: RegExp): Promise<void> => {
      const { exit, out, err } = await typed(line)
      assert.deepEqual([exit, out], [4, ''])
      assert.match(err, problem)
    }
    await refused(
      `${on} --for 6m`,
      /--under: hop 2 ends \d+ s after.*\n.*vagus id verify writer --delegations .*h\.jws/,
    )
    await refused(`${on} --for 1m --depth 1`, /allows 1 hops/)
    await refused(on.replace(`writer,${file('h.jws')}`, 'writer'), /hop 1 is signed by/)
    await refused(on.replace('writer,', `${file('h.jws')},`), /--under: .*h\.jws: the header is/)
  })
  test('says that what a rotated agent delegates is believed of a root alone', async () => {
    await typed('id rotate third')
    const line = 'id delegate third --to helper --can report --task r-3'
    const root = await typed(line)
    assert.deepEqual([root.exit, /\nthird has rotated its keys.*is the root\n/.test(root.err)], [0, true])
    const child = await typed(`${line} --under writer`)
    assert.deepEqual([child.exit, child.out], [2, ''])
    assert.match(
      child.err,
      /third has rotated its keys, and an agent that is not the root must sign with its first key/,
    )
    assert.ok(!(await typed(line.replace('third', 'helper').replace('to helper', 'to third'))).err.includes('rotated'))
    rmSync(file('agents/third'), { recursive: true })
  })
  test('prints no control character that others wrote into what they signed', async () => {
    const evil = 'a\u001b[2J\u009b1m\nverified'
    const { identity, signer } = new Keyring(join(folder, 'agents')).open('writer', Date.now())
    const base64url = (text: string): string => Buffer.from(text).toString('base64url')
    const [header, payload, signature] = identity.document.split('.') as [string, string, string]
    const signed = (type: string, value: JsonValue): string => signJws(type, canonicalOctets(value), signer)
    const document = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, JsonValue>
    const iat = Math.floor(Date.now() / 1000)
    const sub = String((await resource('id show helper'))['id'])
    const child = { version: 1, iss: identity.id, sub, iat, exp: iat + 9, depth: 0, task: 't', capabilities: ['c'] }
    const documents = [
      `${base64url(JSON.stringify({ alg: evil }))}.${payload}.${signature}`,
      `${header}.${payload}.\u001b${signature}`,
      `${header}.${payload.slice(1)}\u009b.${signature}`,
      ...Object.keys(document).map((name) => signed('vagus-identity', { ...document, [name]: evil })),
    ]
    const delegations = Object.keys(child).flatMap((name) =>
      [evil, [evil], `did:key:z${evil}`].map((value) => signed('vagus-delegation', { ...child, [name]: value })),
    )
    delegations.push(signed('vagus-delegation', { ...child, audience: [`did:key:${evil}`] }))
    delegations.push(`\u001b${delegations[0]}`)
    const prints = async (line: string, exit: number): Promise<void> => {
      const said = await typed(line)
      assert.equal(said.exit, exit, said.out)
      // oxlint-disable-next-line no-control-regex
      assert.doesNotMatch(`${said.out}${said.err}`, /[\u001b\u009b]|^verified/m)
    }
    for (const text of documents) {
      writeFileSync(file('evil.jws'), text)
      await prints(`id verify ${file('evil.jws')}`, 4)
      await prints(`id verify ${file('evil.jws')} --json`, 4)
      await prints(`id verify writer --after ${file('evil.jws')}`, 2)
      await prints(`id delegate helper --to writer --can c --task t --under ${file('evil.jws')}`, 4)
    }
    for (const text of delegations) {
      writeFileSync(file('evil.jws'), text)
      await prints(`id verify writer --delegations ${file('evil.jws')}`, 4)
      await prints(`id delegate helper --to writer --can c --task t --under writer,${file('evil.jws')}`, 4)
    }
    await prints(`id delegate helper --to did:key:${evil} --can c --task t`, 2)
  })
  test('says what to do about what was refused: a document, a delegation, another agent than before', async () => {
    const { identity, signer } = new Keyring(join(folder, 'agents')).open('writer', Date.now())
    const [iat, sub] = [Math.floor(Date.now() / 1000), String((await resource('id show helper'))['id'])]
    const about = { iss: identity.id, sub, depth: 0, task: 't', capabilities: ['c'] }
    const delegationFrom = (from: number): string => {
      const signed = signDelegation({ ...about, iat: from, exp: from + 60 }, signer)
      assert.ok(signed.type === 'signed')
      return signed.delegation
    }
    const advice = async (text: string, line: string): Promise<string> => {
      writeFileSync(file('told.jws'), text)
      const { exit, out } = await typed(line.replace('FILE', file('told.jws')))
      assert.equal(exit, 4)
      return out.split('\n')[1]!.trim()
    }
    const delegated = 'id verify writer --delegations FILE'
    assert.match(await advice(delegationFrom(iat - 90), delegated), /^ask its issuer for a new one: vagus id delegate/)
    assert.match(await advice(delegationFrom(iat).slice(0, 50), delegated), /get it again: vagus id delegate .* --out/)
    assert.match(await advice('a.b.c', 'id verify FILE'), /get it again: vagus id show NAME --document/)
    const other = await advice((await typed('id show helper --document')).out, 'id verify writer --after FILE')
    assert.match(other, /^the document of --after is another agent’s/)
    const inChain = await advice(delegationFrom(iat), 'id verify helper --delegations FILE')
    assert.match(inChain, /^the delegations are out of order/)
  })
  test('says of a file that is no document, or cannot be written, what is wrong with it', async () => {
    for (const text of ['{"document":5}', '{}', '{"delegation":null}', '{"document":["a.b.c"]}']) {
      writeFileSync(file('no.json'), text)
      for (const line of [`id verify ${file('no.json')}`, `id verify writer --delegations ${file('no.json')}`]) {
        const { exit, err } = await typed(line)
        assert.equal(exit, 2, err)
        assert.match(err, /no\.json cannot be read: no text in "document", "delegation" or "proof"\n/)
      }
    }
    writeFileSync(file('no.json'), '{')
    assert.match((await typed(`id verify ${file('no.json')}`)).err, /no\.json cannot be read: it is not JSON\n/)
    const line = 'id delegate writer --to helper --can report --task r-1 --out'
    for (const [out, said] of [
      ['/nonexistent/x', /^vagus: there is no folder \/nonexistent\n {2}mkdir -p \/nonexistent\n$/],
      [folder, /^vagus: \S+ is a folder\n {2}name a file in it: \S+\/delegation\.jws\n$/],
      [`${file('w.jws')}/x`, /^vagus: \S+\/w\.jws is not a folder\n$/],
    ] as const) {
      const { exit, err } = await typed(`${line} ${out}`)
      assert.equal(exit, 2)
      assert.match(err, said)
    }
  })
  test('rotates under the same name, and the document before is then one that goes back', async () => {
    const before = await resource('id show writer')
    const after = await resource('id rotate writer')
    assert.deepEqual([after['id'], after['tag'], after['rotations']], [before['id'], before['tag'], 1])
    const back = await typed(`id verify ${file('w.jws')} --after ${file('agents/writer/document.jws')}`)
    assert.deepEqual([back.exit, /\(rollback\)/.test(back.out)], [4, true])
    assert.equal((await typed(`id verify writer --after ${file('w.jws')}`)).exit, 0)
  })
  test('shows all others beside an agent whose files cannot be used, and fails', async () => {
    chmodSync(file('agents/helper/keys.json'), 0o644)
    const { exit, out, err } = await typed('id show')
    assert.deepEqual([exit, /chmod 600 /.test(err)], [1, true])
    assert.match(out, /\nhelper +– .*cannot be used.*\nwriter +writer /)
    const json = await typed('id show --json')
    assert.deepEqual([json.exit, (JSON.parse(json.out) as { items: unknown[] }).items.length], [1, 1])
    chmodSync(file('agents/helper/keys.json'), 0o600)
  })
  test('says what to type when keys are open to others, and for an agent that is not there', async () => {
    chmodSync(file('agents/helper/keys.json'), 0o644)
    const wide = await typed('id show helper')
    assert.deepEqual([wide.exit, /chmod 600 /.test(wide.err)], [4, true])
    chmodSync(file('agents/helper/keys.json'), 0o600)
    assert.match((await typed('id show nobody')).err, /there are helper, writer; create another: vagus id new NAME/)
    assert.match((await typed('id new Writer')).err, /must be 1\.\.63 of a-z/)
  })
})

describe('vagus id bind', () => {
  /** With agents of its own. */
  const bound = (line: string) => typed(`${line} --home ${file('bound')}`)
  before(async () => {
    for (const name of ['writer', 'helper']) await typed(`id new ${name} --home ${file('bound')}`)
  })
  test('says what other networks call an agent, until it is taken out; a rotation keeps it', async () => {
    const bind = await bound('id bind helper --spiffe spiffe://example.org/helper --serial A-17 --ip 192.0.2.7')
    assert.equal(bind.exit, 0)
    assert.match(bind.out, /spiffe +spiffe:\/\/example\.org\/helper +claimed, expires in (89|90)d/)
    assert.doesNotMatch(bind.out, /A-17/)
    const kinds = async () =>
      (
        JSON.parse((await bound('id show helper --json')).out) as { readonly bindings: { readonly kind: string }[] }
      ).bindings.map(({ kind }) => kind)
    assert.deepEqual(await kinds(), ['spiffe', 'serial', 'ip'])
    assert.equal((await bound('id bind helper --serial A-17 --remove')).exit, 0)
    assert.equal((await bound('id rotate helper')).exit, 0)
    assert.deepEqual(await kinds(), ['spiffe', 'ip'])
  })
  test('refuses what is no name of that kind, what is not there, and nothing, and says what would be right', async () => {
    for (const [line, says] of [
      ['id bind helper --ip 192.0.2.07', /--ip: "192\.0\.2\.07" is no IP address; it must be like 192\.0\.2\.7/],
      ['id bind helper --serial A-17 --remove', /helper is not bound to serial/],
      ['id bind helper', /needs what it is called elsewhere/],
      ['id attest helper --by writer --ip 192.0.2.7 --mac 02:00:00:00:00:01', /about one identifier/],
      ['id attest helper --spiffe spiffe://x', /needs --by NAME/],
      ['id attest nobody --by writer --spiffe spiffe://x', /did:key/],
    ] as const) {
      const { exit, err } = await bound(line)
      assert.deepEqual([exit, says.test(err)], [2, true], `${line}: ${err}`)
    }
  })
  test('adds what a third party attested, and refuses what is about another agent or was changed', async () => {
    const made = await bound(`id attest helper --by writer --spiffe spiffe://example.org/h2 --out ${file('a.jws')}`)
    assert.deepEqual(
      [made.exit, /^writer says that did:key:\S+ is spiffe spiffe:\/\/example\.org\/h2, for 90d/.test(made.err)],
      [0, true],
    )
    assert.match((await bound(`id bind helper --attested ${file('a.jws')}`)).out, /h2 +with an attestation/)
    await bound('id new stranger')
    assert.equal((await bound(`id bind stranger --attested ${file('a.jws')}`)).exit, 4)
    writeFileSync(file('bad-a.jws'), readFileSync(file('a.jws'), 'utf8').trim().slice(0, -4))
    assert.equal((await bound(`id bind helper --attested ${file('bad-a.jws')}`)).exit, 4)
    assert.equal((await bound('id attest writer --by writer --did did:web:example.com')).exit, 2)
  })
})
