/** The record of a real controller, checked by the command line: with and without it, and after somebody was at its file. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { AuditHead, AuditList } from '@vagus/api/audit'
import { until } from '../../../scripts/eventually.ts'
import { start, vagus } from './started.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-audit-cli-'))
const socket = join(root, 'api.sock')
const home = join(root, 'home')
const exported = join(root, 'first.jsonl')
const config = join(root, 'vagus.yaml')
let running: ReturnType<typeof start> | undefined
const ask = (...words: string[]) => vagus([...words, '--controller', `unix:${socket}`])

async function begin(): Promise<void> {
  running = start(process.execPath, ['controller', '--config', config, '--home', home, '--listen', `unix:${socket}`])
  running.stderr!.resume()
  running.stdout!.resume()
  await until(
    () => ask('status'),
    ({ exit }) => exit === 0,
    { seconds: 120 }, // the first start after a change builds the console
  )
}

async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const ended = once(running!, 'exit')
  running!.kill(signal)
  await ended
  running = undefined
}

before(async () => {
  writeFileSync(config, "domain: test\nflow: { listen: ['127.0.0.1:0'] }\nagent: { listen: ['udp://127.0.0.1:0'] }\n")
  await begin()
})
after(async () => {
  if (running !== undefined) await end('SIGKILL')
  rmSync(root, { recursive: true })
})

describe('the record of a controller', { timeout: 600_000 }, () => {
  test('says what was done, by whom, and what undoes it', async () => {
    running!.kill('SIGHUP')
    const listed = async (): Promise<AuditList> =>
      JSON.parse((await ask('audit', 'ls', '--who', 'operator', '--json')).out) as AuditList
    const { items } = await until(listed, (list) => list.items.length > 0)
    assert.deepEqual(
      items.map(({ event, by, undo }) => [event, by?.kind, undo?.includes('kill -HUP')]),
      [['config.reloaded', 'operator', true]],
    )
    const { out } = await ask('audit', 'ls')
    assert.match(out, /#\d+ {2}operator\n +Configuration reloaded: nothing changed\n +undo +the vagus\.yaml of before/)
    assert.match((await ask('events')).out, /Configuration reloaded: nothing changed \(by operator\)\n/)
    const traced = await ask('trace', String(items[0]!.id))
    assert.match(traced.out, /^\S+ {2}#\d+ {2}operator +Configuration reloaded: nothing changed\n$/)
    const absent = await ask('trace', 'line-77')
    assert.deepEqual([absent.exit, absent.err.includes('nothing is recorded of "line-77"')], [2, true])
  })

  test('is exported and checked with it, and without it', async () => {
    const { exit, out } = await ask('audit', 'export', exported)
    assert.equal(exit, 0, out)
    const { signedBy } = JSON.parse((await fetchHead()).out) as AuditHead
    for (const words of [[exported], [exported, '--by', signedBy!], [exported, '--head', exported]]) {
      const verified = await vagus(['audit', 'verify', ...words])
      assert.deepEqual([verified.exit, verified.err], [0, ''], verified.out)
      assert.match(verified.out, /^whole {2}\d+ events, from 1 to \d+\n +signed by did:key:z6Mk/)
    }
    const other = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp'
    const wrong = await vagus(['audit', 'verify', exported, '--by', other])
    assert.deepEqual([wrong.exit, wrong.out.slice(0, 20)], [1, 'wrong  it is signed '])
  })

  test('still has in it what was exported, after kill -9 and after a new key of its agent', async () => {
    await end('SIGKILL')
    const rotated = await vagus(['id', 'rotate', 'controller', '--home', home])
    assert.equal(rotated.exit, 0, rotated.err)
    await begin()
    const verified = await ask('audit', 'verify', '--head', exported)
    assert.equal(verified.exit, 0, verified.out)
    assert.match((await ask('doctor')).out, /ok +record +its newest events follow each other/)
  })

  test('fails with the entry that somebody changed in the export', async () => {
    const lines = readFileSync(exported, 'utf8').split('\n')
    const place = lines.findIndex((line) => line.includes('"config.reloaded"'))
    const { id } = JSON.parse(lines[place]!) as { readonly id: number }
    const touched = join(root, 'touched.jsonl')
    writeFileSync(touched, lines.with(place, lines[place]!.replace('"operator"', '"operatos"')).join('\n'))
    const { exit, out } = await vagus(['audit', 'verify', touched])
    assert.equal(exit, 1)
    assert.match(
      out,
      new RegExp(`^wrong  entry ${id} \\(\\S+, config\\.reloaded\\) is not what was written after entry ${id - 1}`),
    )
    const json = await vagus(['audit', 'verify', touched, '--json'])
    assert.deepEqual([json.exit, (JSON.parse(json.out) as { readonly whole: boolean }).whole], [1, false])
  })

  test('fails with the entry that somebody changed in the database, and doctor says so', async () => {
    await end('SIGTERM')
    const database = new DatabaseSync(join(home, 'control.sqlite'))
    copyFileSync(join(home, 'control.sqlite'), join(root, 'before.sqlite'))
    database.exec(
      `UPDATE event SET actor = '{"kind":"controller","id":null,"name":null}' WHERE event = 'config.reloaded'`,
    )
    database.close()
    await begin()
    const verified = await ask('audit', 'verify')
    assert.equal(verified.exit, 1)
    assert.match(verified.out, /^wrong {2}entry \d+ \(\S+, config\.reloaded\) is not what was written/)
    const doctor = await ask('doctor')
    assert.equal(doctor.exit, 1)
    assert.match(doctor.out, /FAIL +record +somebody changed the record of events: entry \d+/)
    assert.match((await ask('events')).out, /error +The record of events was changed by somebody else: entry \d+/)
  })

  test('of another place than a record is refused with what would be right', async () => {
    assert.match((await vagus(['audit', 'verify', config])).out, /^wrong {2}line 1 is not as it was written/)
    const absent = await vagus(['audit', 'verify', join(root, 'absent.jsonl')])
    assert.equal(absent.exit, 2)
    assert.match(absent.err, /absent\.jsonl cannot be read to its end: ENOENT/)
    const head = await vagus(['audit', 'verify', exported, '--head', join(root, 'absent.jsonl')])
    assert.equal(head.exit, 2)
  })
})

/** As curl has it. */
async function fetchHead(): Promise<{ readonly out: string }> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const asked = request(
      { socketPath: socket, path: '/v1/audit/head', headers: { host: 'localhost' } },
      (response) => {
        let out = ''
        response.on('data', (part: Buffer) => (out += part.toString()))
        response.on('end', () => resolve({ out }))
      },
    )
    asked.on('error', reject)
    asked.end()
  })
}
