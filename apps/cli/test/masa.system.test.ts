/** A maker's boxes on the desk: what is given to them, and a box that is not cabled yet. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { exitCode } from '../src/exit-code.ts'
import { ended, start, vagus } from './started.ts'

describe('the identity of a box', () => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-maker-'))
  after(() => rmSync(home, { recursive: true, force: true }))
  const masa = (...words: readonly string[]) => vagus(['masa', ...words, '--home', home])
  const box = join(home, 'box')
  const certificate = (): string => readFileSync(join(box, 'idevid', 'idevid.pem'), 'utf8')
  before(async () => assert.equal((await masa('new')).exit, exitCode.ok))

  test('is given once: typed again, the box that has it keeps it, and the way to another one is told', async () => {
    const issue = ['issue', 'BOX-17', '--to', join(box, 'idevid')]
    const first = await masa(...issue)
    assert.equal(first.exit, exitCode.ok, first.err)
    assert.deepEqual(readdirSync(join(box, 'idevid')).toSorted(), ['idevid.key', 'idevid.pem', 'maker.pem'])
    const given = certificate()
    const again = await masa(...issue)
    assert.equal(again.exit, exitCode.failed)
    assert.match(again.err, /BOX-17 was given an identity already\n.*vagus masa issue BOX-17 --again/)
    assert.equal(certificate(), given)
    assert.equal((await masa(...issue, '--again')).exit, exitCode.ok)
    assert.notEqual(certificate(), given)
  })

  test('is not given where its folder takes no files', async () => {
    writeFileSync(join(home, 'file'), '')
    for (const to of [join(home, 'file'), '/proc/none']) {
      const { exit, err } = await masa('issue', 'BOX-18', '--to', to)
      assert.equal(exit, exitCode.failed)
      assert.match(err, /choose another: --to FOLDER/)
    }
    assert.match((await masa('ls')).out, /^BOX-17\n$/)
  })

  test('is there while no cable is: the box says which link it waits for, until it is interrupted', async () => {
    const child = start(process.execPath, ['device', 'join', '--home', box, '--on', 'none7'])
    child.stderr!.on('data', (octets: Buffer) => {
      if (octets.includes('none7: is not there')) child.kill('SIGINT')
    })
    const { exit, err } = await ended(child)
    assert.equal(exit, exitCode.interrupted, err)
    assert.match(err, /^GRASP: none7: is not there, not up, or has no link-local IPv6 address/m)
  })
})
