/** What a box keeps while it joins, and the options that it is given. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { openMasa } from '@vagus/bootstrap'
import { certificatesPem, privateKeyPem } from '@vagus/pki'
import { idevidFiles, readIdevid } from '../../src/joining/pledge/idevid-files.ts'
import { JoiningFile, readState, stageOf } from '../../src/joining/pledge/joining-state.ts'
import { withOptions } from '../../src/joining/pledge/settings-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-box-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'joining', 'state.json')
const member = { agent: 'did:key:z6Mk', key: 'PEM', certificate: 'AA==', chain: [], notBefore: 0, notAfter: 1 }

describe('the state of a box', () => {
  test('is on the disk after each step, for its owner alone, and goes on there', () => {
    const file = new JoiningFile(path, 'A1')
    const steps = [
      [{ request: { cms: 'AA==', nonce: 'n', server: 'AA==', madeAt: 7 } }, 'voucher'],
      [{ request: undefined, domain: { voucher: 'AA==', pinned: 'AA==' } }, 'enrol'],
      [{ member }, 'settle'],
      [{ settled: { domain: 'example', registrar: null } }, 'member'],
    ] as const
    for (const [changes, stage] of steps) {
      file.change(changes)
      assert.equal(stageOf(new JoiningFile(path, 'A1').state), stage)
      assert.equal(statSync(path).mode & 0o777, 0o600)
    }
    assert.equal(readState(path)?.request, undefined)
  })

  test('of another box is of no use to this one', () =>
    assert.equal(stageOf(new JoiningFile(path, 'B2').state), 'voucher'))

  test('is refused where others could read it', () => {
    chmodSync(path, 0o644)
    assert.throws(() => readState(path), /must be 0600/)
    chmodSync(path, 0o600)
  })

  test('that is damaged is named, with what helps', () => {
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -9), { mode: 0o600 })
    assert.throws(() => new JoiningFile(path, 'A1'), { name: 'JoiningError', fix: `to begin anew: rm ${path}` })
    new JoiningFile(join(folder, 'none', 'state.json'), 'A1').remove()
  })
})

test('the identity of a box is read where nobody else could read its key', () => {
  const masa = openMasa(join(folder, 'masa'), { url: 'localhost:9443' })
  const { certificate, key } = masa.issue({ serialNumber: 'A1' })
  const own = join(folder, 'idevid')
  mkdirSync(own)
  writeFileSync(join(own, idevidFiles.certificate), certificatesPem([certificate]))
  writeFileSync(join(own, idevidFiles.maker), certificatesPem([masa.voucherAnchor]))
  writeFileSync(join(own, idevidFiles.key), privateKeyPem(key!), { mode: 0o600 })
  assert.equal(readIdevid(own).serial, 'A1')
  chmodSync(join(own, idevidFiles.key), 0o644)
  assert.throws(() => readIdevid(own), { name: 'KeyringError', fix: `chmod 600 ${join(own, idevidFiles.key)}` })
})

describe('the options of a member', () => {
  test('take the place of those that they replace, and leave all else as it was', () => {
    const before = '# mine\nrouter: frr\nname: old # of the lab\nline-links:\n  - eth1\n\n'
    assert.equal(
      withOptions(before, { name: 'pe-7', api: 'http://[fd00::1]:7600', hops: 2 }),
      [
        '# mine',
        'router: frr',
        'name: "pe-7"',
        'line-links:',
        '  - eth1',
        '# from the domain that the box joined',
        'api: "http://[fd00::1]:7600"',
        'hops: 2',
        '',
      ].join('\n'),
    )
  })

  test('are the same when they are written again', () => {
    const key = fc.constantFrom('name', 'agent', 'api', 'router', 'joins')
    const line = fc.oneof(
      fc.constant('# a comment'),
      fc.constant(''),
      key.map((name) => `${name}: x`),
      fc.constant('  - nested'),
    )
    fc.assert(
      fc.property(fc.uniqueArray(line, { maxLength: 8 }), fc.dictionary(key, fc.string()), (lines, options) => {
        const once = withOptions(lines.join('\n'), options)
        assert.equal(withOptions(once, options), once)
        for (const [name, value] of Object.entries(options))
          assert.ok(once.includes(`${name}: ${JSON.stringify(value)}`))
      }),
    )
  })
})
