import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { isRefused, writeVoucherRequest } from '@vagus/brski'
import { cmsSigner } from '@vagus/pki'
import { CredentialError, openDomain, openMasa } from '../src/index.ts'

describe('the files of a MASA and a domain', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vagus-masa-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('keep keys to their owner, and are the same after a restart', () => {
    const path = join(folder, 'one')
    const masa = openMasa(path, { url: 'masa.example' })
    masa.issue({ serialNumber: 'BOX-1' })
    for (const name of readdirSync(path).filter((name) => !name.endsWith('.crt')))
      assert.equal(statSync(join(path, name)).mode & 0o777, 0o600, name)
    const again = openMasa(path, { url: 'masa.example' })
    assert.deepEqual(again.voucherAnchor.der, masa.voucherAnchor.der)
    assert.deepEqual(again.devices, masa.devices)
    chmodSync(join(path, 'masa.key'), 0o644)
    assert.throws(() => openMasa(path, { url: 'masa.example' }), /must be 0600/)
    assert.throws(() => openMasa(join(folder, 'two'), { url: 'http://masa.example' }), RangeError)
    assert.throws(() => masa.issue({ serialNumber: 'BOX\n1' }), RangeError)
  })

  test('are refused where key and certificate do not belong together, or one is damaged', () => {
    const path = join(folder, 'mixed')
    openMasa(path, { url: 'masa.example' })
    const put = (name: string, content: string): void => writeFileSync(join(path, name), content)
    const certificate = readFileSync(join(path, 'masa.crt'), 'utf8')
    put('masa.crt', readFileSync(join(path, 'masa-ca.crt'), 'utf8'))
    const open = () => openMasa(path, { url: 'masa.example' })
    assert.throws(open, (error) => error instanceof CredentialError && /certificate of another key/.test(error.message))
    put('masa.crt', certificate.slice(100))
    assert.throws(open, /masa\.crt: there is no "-----BEGIN CERTIFICATE-----"/)
    put('masa.crt', certificate)
    put('masa.key', 'x')
    assert.throws(open, /masa\.key: there is no private key/)
  })

  test('renew the certificate of the registrar with the same key when a third of its life is left', () => {
    const path = join(folder, 'domain')
    const day = 24 * 3_600_000
    const open = (days: number) => openDomain(path, { name: 'area51.example' }, Date.now() + days * day)
    const first = open(0)
    assert.deepEqual(open(200).registrar.certificate.der, first.registrar.certificate.der)
    const renewed = open(300)
    assert.notDeepEqual(renewed.registrar.certificate.der, first.registrar.certificate.der)
    assert.deepEqual(renewed.registrar.certificate.publicKey, first.registrar.certificate.publicKey)
    assert.deepEqual(renewed.ca.certificate.der, first.ca.certificate.der)
  })

  test('take 1024 vouchers of one device within a day, so that it does not fill the log for the others', () => {
    const path = join(folder, 'full')
    let now = Date.now()
    const options = { url: 'masa.example', policy: { pledgeRequest: 'optional' }, now: () => now } as const
    for (const serialNumber of ['BOX-1', 'BOX-2']) openMasa(path, options).issue({ serialNumber })
    const event = { serialNumber: 'BOX-1', date: now, domainId: 'x', nonce: 'n', assertion: 'logged', owner: 'x' }
    writeFileSync(join(path, 'issued.jsonl'), `${JSON.stringify(event)}\n`.repeat(1023), { mode: 0o600 })
    const masa = openMasa(path, options)
    const { registrar, ca } = openDomain(join(folder, 'asking'), { name: 'area51.example' })
    const signer = cmsSigner({ ...registrar, chain: [ca.certificate] })
    const ask = (serialNumber: string): string => {
      const answer = masa.requestVoucher(signer.sign(writeVoucherRequest({ serialNumber, nonce: `${Math.random()}` })))
      return isRefused(answer) ? answer.because.problem : 'a voucher'
    }
    assert.equal(ask('BOX-1'), 'a voucher')
    assert.equal(ask('BOX-1'), '"BOX-1" got 1024 vouchers within a day, as many as a device may; ask again tomorrow')
    assert.equal(ask('BOX-2'), 'a voucher')
    now += 86_400_001
    assert.equal(ask('BOX-1'), 'a voucher')
  })

  test('show devices that another process added meanwhile', () => {
    const path = join(folder, 'shared')
    const [one, two] = [openMasa(path, { url: 'masa.example' }), openMasa(path, { url: 'masa.example' })]
    two.issue({ serialNumber: 'BOX-1', owners: ['x'] })
    assert.deepEqual(
      one.devices.map(({ serialNumber, owners }) => [serialNumber, owners]),
      [['BOX-1', ['x']]],
    )
    assert.equal(two.withdraw('BOX-1'), true)
    assert.equal(one.withdraw('BOX-1'), false)
  })

  test('name a line that is damaged, and forget only one that a crash cut off', () => {
    const path = join(folder, 'torn')
    openMasa(path, { url: 'masa.example' }).issue({ serialNumber: 'BOX-1' })
    const file = join(path, 'devices.jsonl')
    appendFileSync(file, '{"serialNumber":"BOX-2","ke')
    const masa = openMasa(path, { url: 'masa.example' })
    assert.equal(masa.devices.length, 1)
    masa.issue({ serialNumber: 'BOX-3' })
    assert.deepEqual(
      openMasa(path, { url: 'masa.example' }).devices.map(({ serialNumber }) => serialNumber),
      ['BOX-1', 'BOX-3'],
    )
    writeFileSync(file, readFileSync(file, 'utf8').replace('{', '['))
    assert.throws(() => openMasa(path, { url: 'masa.example' }), /devices\.jsonl, line 1, is damaged/)
  })
})
