import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Event } from '@vagus/api'
import type { DeviceAgent } from '@vagus/api/telemetry'
import { diskOf, doctorText } from '../src/commands/doctor.ts'
import { agentChecks, refusedChecks } from '../src/doctor/agents.ts'
import type { Check } from '../src/doctor/check.ts'
import { type Answers, controllerChecks } from '../src/doctor/controller.ts'
import {
  askedAt,
  bindChecks,
  boundPorts,
  isLoopback,
  isOpenToAll,
  keyFileChecks,
  portChecks,
} from '../src/doctor/listeners.ts'
import { Failure } from '../src/failure.ts'
import { diskCheck, nodeCheck } from '../src/doctor/machine.ts'
import { missingIn } from '../src/demo/check.ts'
import { noPaint } from '../src/paint.ts'
import { deviceList, exporterList, status } from './samples.ts'

const now = Date.parse(status.now)
const healthy: Answers = {
  now: now + 40,
  storeAnswer: { seconds: 0.12 },
  flowListen: ['192.0.2.10:4739', '192.0.2.10:6343'],
  status: { ...status, quality: [] },
  devices: { ...deviceList, items: deviceList.items.filter(({ state }) => state === 'exporting') },
  exporters: { ...exporterList, items: exporterList.items.filter(({ lost }) => lost.share === 0) },
}
const found = (answers: Answers, name: string): Check | undefined =>
  controllerChecks('http://x', answers).find(({ check }) => check === name)

describe('doctor', () => {
  test('finds nothing wrong with a healthy controller', () => {
    for (const { state, found } of controllerChecks('http://x', healthy)) assert.equal(state, 'ok', found)
  })
  test('does not miss flows at a controller that is there for agents', () => {
    const agentsOnly = { ...status, quality: [], flows: { ...status.flows, wanted: false } }
    const checks = controllerChecks('http://x', {
      ...healthy,
      status: agentsOnly,
      devices: { ...deviceList, items: [] },
    })
    for (const { state, found } of checks) assert.equal(state, 'ok', found)
    assert.equal(checks.find(({ check }) => check === 'exporters')?.found, 'no flows are wanted here')
    const [, flows] = bindChecks({ listen: '127.0.0.1:7600', flowListen: [] })
    assert.match(flows!.found, /^none: flow\.listen is empty/)
    assert.deepEqual(portChecks([], 'silent'), [])
  })
  const faults: readonly (readonly [string, Partial<Answers>, Check['state'], RegExp])[] = [
    ['exporters', { devices: deviceList }, 'fail', /silent: pe-3 · never seen: p-1/],
    [
      'loss',
      {
        exporters: {
          ...exporterList,
          items: exporterList.items.map((one) => ({ ...one, lost: { ...one.lost, share: 0.01 } })),
        },
      },
      'fail', // as the controller's own list, which calls it an error
      /^1\.0 % of/,
    ],
    ['loss', { exporters: exporterList }, 'fail', /1\.2 % of 2001:db8::99's datagrams lost/],
    ['clock', { now: now - 3000 }, 'warn', /3 s behind the controller/],
    [
      'exporter clocks',
      {
        exporters: {
          ...exporterList,
          items: [
            { ...exporterList.items[0]!, clock: { behindSeconds: 3600, isWrong: true } },
            { ...exporterList.items[0]!, port: 2, clock: { behindSeconds: 3599, isWrong: true } },
            { ...exporterList.items[0]!, device: 'pe-2', clock: { behindSeconds: -125, isWrong: true } },
          ],
        },
      },
      'warn',
      /^pe-1 is 1h behind, pe-2 2m 05s ahead;/,
    ],
    [
      'exporters',
      { devices: { ...deviceList, items: [{ ...deviceList.items[0]!, state: 'undecoded' }] } },
      'fail',
      /^without a template: pe-1$/,
    ],
    ['version', { status: { ...healthy.status, version: '9.9.9' } }, 'warn', /controller 9\.9\.9/],
    ['store', { status: { ...healthy.status, store: { ...status.store, state: 'disk-full' } } }, 'fail', /disk-full/],
    [
      'store',
      { status: { ...healthy.status, store: { ...status.store, state: 'disk-full', waiting: 236_080, dropped: 7 } } },
      'fail',
      /behind, 236,080 records wait in memory, 7 given up$/,
    ],
    ['store', { status: { ...healthy.status, store: { ...status.store, dropped: 7 } } }, 'warn', /7 given up$/],
    [
      'store',
      { status: { ...healthy.status, store: { ...status.store, state: 'unknown', octets: 0 } } },
      'warn',
      /^it does not say how it is: its thread does not answer$/,
    ],
    ['store answers', { storeAnswer: { seconds: 7.2 } }, 'warn', /took 7\.2 s/],
    ['store answers', { storeAnswer: { problem: 'did not answer within 10 s' } }, 'fail', /did not answer/],
    ['controller', { status: { ...healthy.status, ready: false } }, 'warn', /not ready/],
    ['coverage', { status: { ...healthy.status, traffic: { ...status.traffic, coverage: 0.4 } } }, 'warn', /40\.0 %/],
    [
      'sampling',
      { devices: { ...deviceList, items: [{ ...deviceList.items[0]!, samplingRate: null }] } },
      'warn',
      /rate unknown: pe-1/,
    ],
  ]
  for (const [name, fault, state, says] of faults)
    test(`names what is wrong with ${name}, and what mends it`, () => {
      const check = found({ ...healthy, ...fault }, name)!
      assert.equal(check.state, state)
      assert.match(check.found, says)
      assert.notEqual(check.fix, '')
    })
  test('asks for no sampling rate before records came: after a start, templates are known and rates are not', () => {
    const items = exporterList.items.map((one) => ({ ...one, records: 0 }))
    const devices = { ...deviceList, items: [{ ...deviceList.items[0]!, samplingRate: null }] }
    assert.equal(found({ ...healthy, devices, exporters: { ...exporterList, items } }, 'sampling')?.state, 'ok')
  })
  test('names each port once, on however many addresses it is', () => {
    const [check] = portChecks(['192.0.2.10:65001', '198.51.100.10:65001', '192.0.2.10:65002'], 'silent')
    assert.equal(check?.found, 'udp 65001, 65002 free')
  })
  test('knows which addresses only this host reaches, and where it reaches an open one itself', () => {
    assert.deepEqual(
      ['127.0.0.1:7600', '[::1]:7600', 'localhost:7600', 'unix:/run/vagus.sock', '192.0.2.10:7600', '0.0.0.0:7600'].map(
        isLoopback,
      ),
      [true, true, true, true, false, false],
    )
    assert.deepEqual(['0.0.0.0:7601', '[::]:7601', '192.0.2.10:7600', 'unix:/run/vagus.sock'].map(askedAt), [
      '127.0.0.1:7601',
      '127.0.0.1:7601',
      '192.0.2.10:7600',
      'unix:/run/vagus.sock',
    ])
  })
  test('says why the coverage is not known: without counters, or without flows beside them', () => {
    const unknown = { ...healthy.status, traffic: { ...status.traffic, coverage: null } }
    const told = (counters: boolean): Check | undefined => {
      const items = healthy.devices.items.map((device) => ({ ...device, counters }))
      return found({ ...healthy, status: unknown, devices: { ...deviceList, items } }, 'coverage')
    }
    assert.match(
      told(false)!.found,
      /^unknown: no interface counters arrive \(vagus device --collector 192\.0\.2\.10:4739 sends/,
    )
    assert.match(told(true)!.found, /^unknown yet: no flows on an interface whose counters arrive/)
  })
  test('repeats nothing that the controller says as well, and leaves out nothing else', () => {
    const checks = controllerChecks('http://x', { ...healthy, status, devices: deviceList })
    assert.deepEqual(
      checks.filter(({ check }) => check === 'figures').map(({ found }) => found.slice(0, 4)),
      ['pe-4'],
    )
  })
  test('tells every other fault of a device that it names, and those whose names are part of its name', () => {
    const items = [{ ...deviceList.items[0]!, name: 'pe-10', state: 'silent' as const }]
    const quality = (['pe-1', 'pe-10'] as const).flatMap((subject) =>
      (['silent', 'loss'] as const).map((kind) => ({
        severity: 'error' as const,
        kind,
        subject,
        problem: kind,
        fix: 'x',
      })),
    )
    const answers = { ...healthy, devices: { ...deviceList, items }, status: { ...healthy.status, quality } }
    assert.deepEqual(
      controllerChecks('http://x', answers)
        .filter(({ state }) => state === 'fail')
        .map(({ check, found }) => `${check} ${found}`),
      ['exporters silent: pe-10', 'figures pe-1: silent', 'figures pe-1: loss', 'figures pe-10: loss'],
    )
  })
  test('does not advise to ask itself', () => {
    const quality = [
      {
        severity: 'error' as const,
        kind: 'other' as const,
        subject: 'log',
        problem: 'ENOSPC',
        fix: 'vagus doctor; vagus events',
      },
    ]
    const checks = controllerChecks('http://x', { ...healthy, status: { ...healthy.status, quality } })
    assert.equal(checks.find(({ check }) => check === 'figures')?.fix, 'vagus events')
  })
  test('advises what the slow question was not: one without a filter', () => {
    const { found: what, fix } = found({ ...healthy, storeAnswer: { seconds: 3.6 } }, 'store answers')!
    assert.equal(what, 'a filtered query over 5 minutes took 3.6 s')
    assert.match(fix, /without --filter/)
  })
  test('looks at the disk of the controller that answers, and warns before it is full', () => {
    const disk = diskOf(healthy)!
    const check = diskCheck(disk, 5e10)
    assert.deepEqual([check.state, check.found], ['fail', '1.00 MB free for /elsewhere on the host of the controller'])
    assert.equal(diskCheck({ ...disk, freeOctets: 1e9 }, 5e10).state, 'warn')
    assert.equal(diskCheck({ ...disk, freeOctets: 1e10 }, 5e10).state, 'ok')
    assert.equal(diskOf(new Failure(1, 'no controller', 'vagus controller')), undefined)
  })
  test('takes a controller that is older and says nothing of its disk, and names the version', () => {
    const { disk: _, ...store } = status.store
    const older = { ...healthy, status: { ...status, version: '0.0.9', store: store as typeof status.store } }
    assert.equal(diskOf(older), undefined)
    assert.equal(found(older, 'version')!.state, 'warn')
  })
  test('asks for no more disk than the store may grow by, nor to move a state that is not here', () => {
    const disk = { place: 'elsewhere', folder: '/run/lab/home', freeOctets: 1.01e9, storedOctets: 1e7 } as const
    assert.equal(diskCheck(disk, 5.4e8).state, 'ok')
    assert.equal(diskCheck({ ...disk, freeOctets: 4e8, storedOctets: 5.3e8 }, 5.4e8).state, 'ok')
    assert.equal(diskCheck({ ...disk, freeOctets: 4e8 }, 5.4e8).state, 'warn')
    assert.equal(diskCheck({ ...disk, freeOctets: 2e8 }, 5.4e8).state, 'fail')
    assert.doesNotMatch(diskCheck(disk, 5e10).fix, /--home/)
    assert.match(diskCheck({ ...disk, place: 'here' }, 5e10).fix, /--home/)
  })
  test('warns of listening on every address', () => {
    for (const open of ['0.0.0.0:7600', '[::]:7600', ':::7600', '*:7600']) assert.ok(isOpenToAll(open), open)
    for (const bound of ['127.0.0.1:7600', '[::1]:7600', 'unix:/x', '10.0.0.0:7600'])
      assert.ok(!isOpenToAll(bound), bound)
    const [api, flows] = bindChecks({ listen: '0.0.0.0:7600', flowListen: ['127.0.0.1:4739', '0.0.0.0:2055'] })
    assert.equal(api!.state, 'warn')
    assert.match(flows!.found, /^0\.0\.0\.0:2055:/)
  })
  test('reads the key of the sessions with agents, where there is one', () => {
    const read = (path: string): string => {
      if (path === '/key') return 's3cret'
      throw new RangeError(`key file ${path} does not exist`)
    }
    assert.deepEqual(keyFileChecks(undefined, read), [])
    assert.equal(keyFileChecks('/key', read)[0]!.state, 'ok')
    const [missing] = keyFileChecks('/gone', read)
    assert.equal(missing!.state, 'fail')
    assert.match(missing!.found, /key file \/gone does not exist/)
  })
  test('reads bound ports from /proc/net/udp', () => {
    const table = `   sl  local_address rem_address   st tx_queue rx_queue
  312: 0100007F:1283 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 0
   31: 00000000000000000000000001000000:0807 0:0000 07`
    assert.deepEqual([...boundPorts(table)], [4739, 2055])
  })
  test('says which Node is needed', () => {
    assert.equal(nodeCheck('24.0.1').state, 'ok')
    assert.equal(nodeCheck('20.20.2').state, 'fail')
  })
  test('counts, and puts the fix below what it mends', () => {
    const text = doctorText(controllerChecks('http://x', { ...healthy, devices: deviceList }), 80, noPaint)
    assert.match(text, /FAIL {2}exporters .*\n +→ vagus exporter ls/)
    assert.match(text, /\n\n\d+ ok · 0 warn · 1 fail$/)
  })
})

describe('demo --check', () => {
  const names = ['reader', 'writer']
  const answers = {
    status: { ...status, devices: { total: 2, exporting: 2, silent: 0 } },
    devices: healthy.devices,
    agents: { items: names.map((name) => ({ name, state: 'reachable' as 'reachable' | 'away' })) },
  }
  test('is satisfied when every device exports, traffic is counted and every agent is reachable', () =>
    assert.equal(missingIn(answers, names), ''))
  test('says what is missing', () => {
    const missing = (other: Partial<typeof answers>): string => missingIn({ ...answers, ...other }, names)
    assert.match(missing({ status: { ...answers.status, ready: false } }), /not ready/)
    assert.match(missing({ devices: { ...deviceList, items: [] } }), /no device/)
    assert.match(missing({ devices: deviceList }), /no flows yet from pe-3, p-1/)
    const [first, ...others] = answers.devices.items
    const uncounted = { ...answers.devices, items: [{ ...first!, counters: false }, ...others] }
    assert.equal(missing({ devices: uncounted }), `no counters yet from ${first!.name}`)
    const traffic = { ...status.traffic, bitsPerSecond: 0 }
    assert.match(missing({ status: { ...answers.status, traffic } }), /no traffic is counted/)
    const [reader] = answers.agents.items
    assert.match(missing({ agents: { items: [{ ...reader!, state: 'away' }] } }), /no report yet from reader, writer/)
  })
})

describe('agents beside routers', () => {
  const answer = {
    device: 'pe-1',
    sessions: [{ name: 'router', state: 'active', since: '', lastReason: 'received NOTIFICATION 2/2 bad peer AS' }],
    policy: { state: 'incomplete', missing: ['a', 'b'], problems: ['10.0.1.2 is sent nothing', 'another'] },
  } as unknown as DeviceAgent // sound: nothing else is read

  test('are silent where none is configured, and fine where all have their sessions', () => {
    assert.deepEqual(agentChecks([]), [])
    const fine = { ...answer, sessions: [], policy: { state: 'in-place', missing: [], problems: [] } } as DeviceAgent
    assert.deepEqual(
      agentChecks([{ device: 'pe-1', answer: fine }]).map(({ state }) => state),
      ['ok', 'ok'],
    )
  })

  test('are named where one was refused lately, with its address and what mends it', () => {
    const refused = (subject: string, ago: number): Event => ({
      id: 1,
      at: new Date(now - ago).toISOString(),
      event: 'agent.refused',
      severity: 'warning',
      subject,
      fields: { address: subject, problem: 'no peer has this address', count: 12 },
    })
    assert.deepEqual(refusedChecks([], now), [])
    const [check, ...more] = refusedChecks([refused('192.0.2.7', 900_000), refused('192.0.2.8', 12_000)], now)
    assert.deepEqual([check?.state, check?.found], ['warn', '192.0.2.8 refused 12 s ago: no peer has this address'])
    assert.match(check!.fix, /devices\.address/)
    assert.deepEqual(more, [])
  })

  test('are named with the session that is missing, and why the last one ended', () => {
    const [agents, policies] = agentChecks([
      { device: 'pe-1', answer },
      { device: 'pe-2', answer: new Error('nothing answers') },
    ])
    assert.equal(
      agents?.found,
      'pe-1: no session with its router: received NOTIFICATION 2/2 bad peer AS · pe-2: nothing answers',
    )
    assert.deepEqual(
      [agents?.state, policies?.state, policies?.found],
      ['fail', 'warn', 'pe-1 incomplete: 10.0.1.2 is sent nothing (and 1 more)'],
    )
  })

  test('are not asked for a policy where none of them peers with its router', () => {
    const { policy: _, ...netconf } = answer
    const [agents, ...others] = agentChecks([{ device: 'edge-9', answer: netconf }])
    assert.deepEqual([agents?.check, others], ['agents', []])
  })

  test('are told how to install what their routers lack, but not what no line resolves', () => {
    const fixFor = (missing: readonly string[]): string | undefined => {
      const policy = { ...answer.policy!, missing: [...missing] }
      return agentChecks([{ device: 'pe-1', answer: { ...answer, policy } }])[1]?.fix
    }
    assert.match(fixFor(['a', 'b'])!, /^vagus device policy pe-1 --apply /)
    assert.match(fixFor([])!, /^vagus device policy pe-1 {3}\(/)
  })
})
