import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { AgentResource } from '@vagus/api'
import { siteHolding, subnetOf } from '../../src/camara/site-prefixes.ts'
import { publicOnly } from '../../src/camara/post-event.ts'
import { isPublic, Sinks } from '../../src/camara/sinks.ts'
import { type Holding } from '../../src/whois/holding.ts'
import { diamond } from '../lines/diamond.ts'
import { asked, QodScene } from './qod-scene.ts'

const agent = (name: string, ...addresses: string[]): Pick<AgentResource, 'id' | 'name' | 'locators'> => ({
  id: `did:key:z6Mk${name}`,
  name,
  locators: [{ network: 'lan', addresses, expiresAt: '2027-01-01T00:00:00Z' }],
})
const holding = (of: string, more: Partial<Holding> = {}): Holding => ({
  agent: `did:key:z6Mk${of}`,
  place: { address: '203.0.113.9', port: 5000, protocol: 'udp' },
  from: 0,
  to: undefined,
  speakers: ['peer'],
  by: [],
  behindNat: true,
  where: undefined,
  ...more,
})

describe('a device', () => {
  const ask = async (device: object | undefined, prepare: (scene: QodScene) => void = () => undefined) => {
    const scene = new QodScene()
    prepare(scene)
    const { status, body } = await scene.create({ device })
    return status === 201 ? scene.lines.desk.list({}).items[0]!.flow?.from : body.code
  }

  test('is found by its own address, also behind a translator, and by IPv6', async () => {
    const behind = { publicAddress: '203.0.113.9', privateAddress: '10.1.0.5' }
    assert.deepEqual(await ask({ ipv4Address: behind }), ['10.1.0.5/32'])
    assert.deepEqual(await ask({ ipv4Address: { publicAddress: '10.1.0.7', publicPort: 9 } }), ['10.1.0.7/32'])
    const scene = new QodScene()
    const server = { applicationServer: { ipv6Address: '2001:db8:2::/64' } }
    assert.equal((await scene.create({ ...server, device: { ipv6Address: '2001:0db8:1::5' } })).status, 201)
    assert.deepEqual(scene.lines.line().flow, { from: ['2001:db8:1::5/128'], to: ['2001:db8:2::/64'] })
  })

  test('is an agent by name or id, at the addresses that it publishes', async () => {
    const known = (scene: QodScene): unknown =>
      scene.agents.set(
        'robot',
        agent('robot', 'udp://10.1.0.8:7000', 'tcp://10.1.0.8:7000', 'relay://[2001:db8::1]:1/x'),
      )
    assert.deepEqual(await ask({ networkAccessIdentifier: 'robot' }, known), ['10.1.0.8/32'])
    assert.equal(await ask({ networkAccessIdentifier: 'nobody' }, known), 'IDENTIFIER_NOT_FOUND')
    const away = (scene: QodScene): unknown => scene.agents.set('robot', agent('robot', 'udp://198.51.100.1:1'))
    assert.equal(await ask({ networkAccessIdentifier: 'robot' }, away), 'SERVICE_NOT_APPLICABLE')
  })

  test('is the agent that is reached at a public address and port, where there is one alone', async () => {
    const at = { ipv4Address: { publicAddress: '203.0.113.9', publicPort: 5000 } }
    const one =
      (...holders: Holding[]) =>
      (scene: QodScene) => {
        scene.agents.set('did:key:z6Mkrobot', agent('robot', 'udp://10.1.0.8:7000'))
        scene.holders = holders
      }
    assert.deepEqual(await ask(at, one(holding('robot'))), ['10.1.0.8/32'])
    assert.equal(await ask(at, one(holding('robot'), holding('other'))), 'IDENTIFIER_NOT_FOUND')
    assert.equal(await ask(at, one()), 'IDENTIFIER_NOT_FOUND')
    const claimed = holding('robot', { speakers: ['document', 'self'] })
    assert.equal(await ask(at, one(claimed)), 'IDENTIFIER_NOT_FOUND', 'nobody but itself says so')
  })

  test('whose address is attached elsewhere has no line that follows it', async () => {
    const at = (where: string) => (scene: QodScene) =>
      void (scene.holders = [holding('robot', { speakers: ['edge'], where })])
    assert.equal(await ask(asked.device, at('r4 eth0')), 'SERVICE_NOT_APPLICABLE')
    assert.deepEqual(await ask(asked.device, at('r1 eth0')), ['10.1.0.5/32'])
  })

  test('that is not named, or only by telephone, is refused as CAMARA has it', async () => {
    assert.equal(await ask(undefined), 'MISSING_IDENTIFIER')
    assert.equal(await ask({ phoneNumber: '+123456789' }), 'UNSUPPORTED_IDENTIFIER')
    assert.equal(await ask({ ipv4Address: { publicAddress: '198.51.100.7', publicPort: 1 } }), 'IDENTIFIER_NOT_FOUND')
    assert.equal(await ask({}), 'INVALID_ARGUMENT')
    assert.equal(await ask({ ipv4Address: { publicAddress: '10.1.0.5' } }), 'INVALID_ARGUMENT')
  })
})

describe('an application server', () => {
  const ask = async (applicationServer: object) => {
    const scene = new QodScene()
    const { status, body } = await scene.create({ applicationServer })
    return status === 201 ? scene.lines.line().flow?.to : body.code
  }

  test('is whole at one other site than the device', async () => {
    assert.deepEqual(await ask({ ipv4Address: '10.2.3.4/24' }), ['10.2.3.0/24'])
    assert.deepEqual(await ask({ ipAddresses: ['10.2.0.1', '2001:db8:2::1'] }), ['10.2.0.1/32'])
    for (const server of [
      { ipv4Address: '10.0.0.0/8' },
      { ipv4Address: '0.0.0.0/0' },
      { ipv4Address: '198.51.100.0/24' },
      { ipv4Address: '10.1.9.0/24' },
      { ipAddresses: ['10.2.0.1', '10.1.0.1'] },
      { ipv6Address: '2001:db8:2::/64' },
    ])
      assert.equal(await ask(server), 'SERVICE_NOT_APPLICABLE', JSON.stringify(server))
    for (const server of [
      {},
      { ipv4Address: '10.2.0.0/33' },
      { ipv4Address: '10.2.0' },
      { ipv6Address: '::ffff:10.2.0.1' },
      { ipAddresses: ['10.2.0.1'], ipv4Address: '10.2.0.1' },
      { ipAddresses: ['10.2.0.1', '10.2.0.1'] },
      { ipAddresses: ['10.2.0.0/24'] },
    ])
      assert.equal(await ask(server), 'INVALID_ARGUMENT', JSON.stringify(server))
  })
})

describe('a subnet', () => {
  test('is written as routers print it, whatever comes', () => {
    assert.equal(subnetOf('10.1.2.3/16'), '10.1.0.0/16')
    assert.equal(subnetOf('2001:DB8::1/0'), '::/0')
    fc.assert(
      fc.property(fc.ipV4(), fc.nat(32), (address, length) => {
        const subnet = subnetOf(`${address}/${length}`)!
        assert.equal(subnetOf(subnet), subnet)
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => void subnetOf(text)))
  })

  test('is of the site with the longest prefix, where no other has a part of it', () => {
    const sites = [
      ...diamond().sites,
      { name: 'lab', kind: 'site' as const, prefixes: ['10.2.8.0/24'] },
      { name: 'routers', kind: 'infrastructure' as const, prefixes: ['10.2.9.0/24'] },
    ]
    assert.deepEqual(
      ['10.2.7.0/24', '10.2.8.0/25', '10.2.8.0/23', '10.2.9.1/32', '192.0.2.1/32'].map((one) =>
        siteHolding(one, sites),
      ),
      ['dc-west', 'lab', undefined, undefined, undefined],
    )
  })
})

describe('a sink', () => {
  const sinks = new Sinks(['127.0.0.1:9000', 'hooks.internal', '[0:0::1]', 'usual.internal:443', 'plain.internal:80'])
  const isTaken = (url: string): boolean => {
    try {
      sinks.check(url)
      return true
    } catch {
      return false
    }
  }

  test('is public and https, or named by the operator', () => {
    for (const url of [
      'https://hooks.example/a',
      'https://1.1.1.1/',
      'https://[2606:4700::1111]/',
      'http://127.0.0.1:9000/hook',
      'https://hooks.internal:8443/',
      'http://[::1]:1/',
      'https://usual.internal/a',
      'http://plain.internal/',
    ])
      assert.ok(isTaken(url), url)
    for (const url of [
      'http://hooks.example/',
      'ftp://hooks.example/',
      'https://127.0.0.1/',
      'http://127.0.0.1:9001/',
      'http://usual.internal/',
      'http://plain.internal:81/',
      'https://0x7f.1/',
      'https://2130706433/',
      'https://localhost/',
      'https://a.localhost./',
      'https://169.254.169.254/latest',
      'https://10.0.0.1/',
      'https://[::ffff:10.0.0.1]/',
      'https://[fd00::1]/',
      'https://[fe80::1]/',
      'https://[64:ff9b::a00:1]/',
      'https://user:word@hooks.example/',
      'https://',
      'hooks.example',
    ])
      assert.ok(!isTaken(url), url)
  })

  test('is reached at none but public addresses of its name, and at none where it has no such', async () => {
    const addressesOf = (...addresses: string[]) =>
      new Promise<unknown>((resolve) => {
        const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
        const lookUp = publicOnly((_, __, callback) => callback(null, found))
        lookUp('hooks.example', { all: true }, (error, all) => resolve(error?.message ?? all))
      })
    assert.deepEqual(await addressesOf('10.0.0.1', '8.8.8.8', '::1'), [{ address: '8.8.8.8', family: 4 }])
    assert.equal(await addressesOf('10.0.0.1', 'fe80::1'), 'hooks.example has no public address')
  })

  test('has an address that anybody could reach', () => {
    assert.deepEqual(
      ['8.8.8.8', '100.64.0.1', '192.168.1.1', '239.1.1.1', '::1', '::', '2002:a00::1', '2a00::1', 'x'].map(isPublic),
      [true, false, false, false, false, false, false, true, false],
    )
  })
})
