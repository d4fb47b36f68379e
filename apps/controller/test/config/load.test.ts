import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError, problemText } from '../../src/config/config-error.ts'
import { type ConfigSources, type LoadedConfig, loadConfigText } from '../../src/config/load.ts'

const agentId = `did:key:z6Mk${'a'.repeat(44)}`

const load = (text: string, sources: Partial<ConfigSources> = {}): LoadedConfig =>
  loadConfigText(text, { environment: {}, ...sources })

/** The problems of a text that must be refused, as people read them. */
function problemsOf(text: string, sources: Partial<ConfigSources> = {}): readonly string[] {
  try {
    load(text, sources)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.problems.map(problemText)
  }
  return []
}

const metro = `
domain: metro
devices:
  - name: pe-1
    role: edge
    address: 192.0.2.1
    interfaces:
      - { name: eth0, index: 2, site: office }
      - { name: eth1, index: 3 }
sites:
  - { name: office, prefixes: [10.1.0.0/16, "2001:db8:1::/48"] }
links:
  - name: pe-1-office
    a: { node: pe-1, interface: eth0 }
    z: { node: office }
    capacity: 1000000
`

describe('a configuration', () => {
  test('may be empty: every key has a default', () => {
    const { config, origins, home } = load('', { environment: { VAGUS_HOME: '/var/lib/vagus' } })
    assert.equal(config.listen, '127.0.0.1:7600')
    assert.equal(config.flow.silentAfter, '90s')
    assert.equal(home, '/var/lib/vagus')
    assert.deepEqual([...origins], [['home', 'VAGUS_HOME']])
  })

  test('takes defaults < file < environment < flags, and says where each value came from', () => {
    const { config, origins } = load('flow: { silentAfter: 10s, receiveBuffer: 100000 }\ndomain: a', {
      environment: {
        VAGUS_FLOW_SILENT_AFTER: '20s',
        VAGUS_DOMAIN: 'b',
        VAGUS_AS: '64512',
        VAGUS_STEERING_ENABLED: 'false',
      },
      flags: { domain: 'c', 'flow.listen': '[::1]:2055, 127.0.0.1:2055' },
    })
    assert.equal(config.flow.receiveBuffer, 100_000)
    assert.equal(config.flow.silentAfter, '20s')
    assert.equal(config.as, 64_512)
    assert.equal(config.steering.enabled, false)
    assert.equal(config.domain, 'c')
    assert.deepEqual(config.flow.listen, ['[::1]:2055', '127.0.0.1:2055'])
    assert.equal(origins.get('flow.receiveBuffer'), 'vagus.yaml')
    assert.equal(origins.get('flow.silentAfter'), 'VAGUS_FLOW_SILENT_AFTER')
    assert.equal(origins.get('domain'), '--domain')
  })

  test('does not take the name of the agent that it runs beside for its own', () => {
    const environment = { VAGUS_AGENT_NAME: 'worker', VAGUS_AGENT_ID: 'did:key:z6Mk' }
    assert.equal(load('', { environment }).config.agent, undefined)
    const listening = load('agent: { listen: [udp://127.0.0.1:0] }', { environment })
    assert.equal(listening.config.agent?.name, 'controller')
  })
  test('of a network is accepted', () => assert.equal(load(metro).config.devices.length, 1))

  const wrong: readonly { readonly name: string; readonly text: string; readonly problems: readonly RegExp[] }[] = [
    { name: 'text that is no YAML', text: 'domain: [', problems: [/^vagus.yaml:1:10: is not YAML: /] },
    { name: 'a list instead of keys', text: '- a', problems: [/^vagus.yaml:1:1: must be keys with values/] },
    {
      name: 'an unknown key, with the keys that there are',
      text: 'domain: a\nflow:\n  quiet: 3s',
      problems: [/^vagus.yaml:3:3: flow.quiet: is no key; keys here: flow.listen, /],
    },
    {
      name: 'an unknown key at the top, with lists among those that there are',
      text: 'qq: []',
      problems: [/^vagus.yaml:1:1: qq: is no key; keys here: domain, .*devices, sites, links/],
    },
    {
      name: 'a key with a typing mistake, with the one that was meant, also in a list',
      text: `${metro.replace('prefixes:', 'prefixs:')}\ndevces: []`,
      problems: [
        /sites\[0\]\.prefixes: is missing$/,
        /sites\[0\]\.prefixs: is no key; did you mean prefixes\?$/,
        /devces: is no key; did you mean devices\?$/,
      ],
    },
    {
      name: 'every key that is none, with the keys that there are said once',
      text: 'x: 1\ny: 2\nflow: { z: 3 }',
      problems: [
        /^vagus.yaml:3:9: flow.z: is no key; keys here: flow.listen, /,
        /^vagus.yaml:1:1: x: is no key; keys here: domain, /,
        /^vagus.yaml:2:1: y: is no key$/,
      ],
    },
    {
      name: 'a key that is one elsewhere, with where',
      text: 'silent-after: 90s\nlinks: { max_octets: 5 }\nflow.silentAfter: 9s',
      problems: [
        /^vagus.yaml:2:1: links: must be a list/,
        /^vagus.yaml:1:1: silent-after: is no key here; did you mean flow.silentAfter\?$/,
        /^vagus.yaml:3:1: flow.silentAfter: is no key here; did you mean flow.silentAfter\?$/,
      ],
    },
    {
      name: 'keys whose values were commented out',
      text: 'flow:\ndevices:\nas:',
      problems: [
        /^vagus.yaml:3:1: as: has no value: it must be a number, or the key must go$/,
        /^vagus.yaml:1:1: flow: has no value: it must be keys with values, or the key must go$/,
        /^vagus.yaml:2:1: devices: has no value: it must be a list, such as \[a, b\], or the key must go$/,
      ],
    },
    {
      name: 'numbers with units and in quotes, and limits in words',
      text: 'as: "64512"\nstore: { maxOctets: 50G }\nbgp: { listen: "192.0.2.1:1790", hops: 255, identifier: "::1" }',
      problems: [
        /as: must be a number without quotes, got "64512"$/,
        /bgp.identifier: must be an IPv4 address, such as 192.0.2.10, got "::1"$/,
        /bgp.hops: must be at most 254, got 255$/,
        /store.maxOctets: must be a number without a unit, got "50G"$/,
      ],
    },
    {
      name: 'a text in the place of a list once, and words that are no choice with those that are',
      text: 'agent: { listen: "udp://192.0.2.1:7602" }\nsites: [{ name: a, kind: neighbor, prefixes: [192.0.2.0/24] }]',
      problems: [
        /agent.listen: must be a list, such as \[udp:\/\/192.0.2.10:7602\], got "udp/,
        /sites\[0\].kind: must be site, neighbour or infrastructure, got "neighbor"$/,
      ],
    },
    {
      name: 'sockets of agents that could not be opened, and bounds that are no prefix',
      text: `agent: { listen: [udp://192.0.2.10, "udp://x:7602", wss://192.0.2.10/x, "ws://192.0.2.10:80/x"] }
steering: { bounds: { prefixes: [10.0.0.1/24] } }`,
      problems: [
        /steering.bounds.prefixes\[0\]: "10.0.0.1\/24" has bits set after its length; the prefix is 10.0.0.0\/24$/,
        /agent.listen\[0\]: "udp:\/\/192.0.2.10" must be udp:\/\/ADDRESS:PORT, /,
        /agent.listen\[1\]: "udp:\/\/x:7602" must be /,
        /agent.listen\[2\]: "wss:\/\/192.0.2.10\/x" must be /,
      ],
    },
    {
      name: 'rates that are none',
      text: metro.replace('capacity: 1000000', 'capacity: 1 Gbit/s'),
      problems: [
        /links\[0\].capacity: must be bits per second above 0, such as 1000000000 or 1G; .*, got "1 Gbit\/s"$/,
      ],
    },
    {
      name: 'a value of the wrong kind, with what would be right',
      text: `${metro.replace('192.0.2.1', '1.2.3').replace('10.1.0.0/16', '10.1.0.0').replace('role: edge', 'role: spine')}
flow: { silentAfter: 30, listen: 127.0.0.1:4739 }
store: 7
as: many
applications: [{ name: web, ports: [http] }]`,
      problems: [
        /: as: must be a number, got "many"$/,
        /: flow.listen: must be a list, such as \[127.0.0.1:4739, 127.0.0.1:2055\], got "127.0.0.1:4739"$/,
        /: flow.silentAfter: must be a number and s, m, h or d, such as 90s, 15m, 24h or 7d, got 30$/,
        /: store: must be keys with values, got 7$/,
        /: devices\[0\].role: must be edge or core, got "spine"$/,
        /: devices\[0\].address: must be an address, such as 192.0.2.1 or 2001:db8::1, got "1.2.3"$/,
        /: sites\[0\].prefixes\[0\]: must be a prefix, such as 10.1.0.0\/16 or 2001:db8::\/32, got "10.1.0.0"$/,
        /: applications\[0\].ports\[0\]: must be a port 0..65535, or a range such as 8000-8099, got "http"$/,
      ],
    },
    {
      name: 'a step that counters are too coarse for, and one that they do not reach back',
      text: 'steering: { every: 5s, horizon: 2h, enabled: maybe }',
      problems: [
        /: steering.enabled: must be true or false, got "maybe"$/,
        /: steering.every: must be 10s to 5m: .*, got "5s"$/,
        /: steering.horizon: must be 10s to 1h, got "2h"$/,
      ],
    },
    {
      name: 'a key that is missing, at the line of what lacks it',
      text: metro.replace('    address: 192.0.2.1\n', '').replace('a: { node: pe-1, interface: eth0 }', 'a: {}'),
      problems: [
        /^vagus.yaml:4:5: devices\[0\].address: is missing$/,
        /^vagus.yaml:13:5: links\[0\].a.node: is missing$/,
      ],
    },
    {
      name: 'telemetry without an AS, and with what is no BGP identifier',
      text: "bgp: { listen: '[2001:db8::1]:1790' }",
      problems: [
        /bgp.listen: needs "as"/,
        /bgp.listen: needs "bgp.identifier", an IPv4 address of ours, because 2001:db8::1 cannot be one/,
      ],
    },
    {
      name: 'an endpoint that is none',
      text: 'as: 1\nbgp: { listen: foo }',
      problems: [/:2:8: bgp.listen: "foo" must be/],
    },
    {
      name: 'every wrong value at once, each with its line',
      text: metro.replace('192.0.2.1', 'pe-1').replace('capacity: 1000000', 'capacity: -1'),
      problems: [
        /^vagus.yaml:6:5: devices\[0\].address: /,
        /^vagus.yaml:16:5: links\[0\].capacity: must be above 0, got -1$/,
      ],
    },
    {
      name: 'a site that is not there',
      text: metro.replace('site: office', 'site: factory'),
      problems: [/^vagus.yaml:8:33: devices\[0\].interfaces\[0\].site: "factory" is not one of the sites$/],
    },
    {
      name: 'a link to a node that is not there',
      text: metro.replace('node: office', 'node: factory'),
      problems: [/^vagus.yaml:15:10: links\[0\].z.node: "factory" is neither a device nor a site$/],
    },
    {
      name: 'a link at an interface that the device lacks, with those that it has',
      text: metro.replace('interface: eth0', 'interface: eth9'),
      problems: [/links\[0\].a.interface: pe-1 has no interface "eth9"; it has eth0, eth1$/],
    },
    {
      name: 'a link whose load nobody measures',
      text: metro.replace('a: { node: pe-1, interface: eth0 }', 'a: { node: pe-1 }'),
      problems: [/^vagus.yaml:13:5: links\[0\]: must name the interface of a device/],
    },
    {
      name: 'one name for two devices',
      text: `devices:\n  - { name: a, role: core, address: 192.0.2.1 }\n  - { name: a, role: core, address: 192.0.2.2 }`,
      problems: [/^vagus.yaml:3:7: devices\[1\].name: "a" is taken by the one at \[0\]$/],
    },
    {
      name: 'one address for two devices, also where it is written in two ways',
      text: `devices:\n  - { name: a, role: core, address: 192.0.2.1 }\n  - { name: b, role: core, address: "::ffff:192.0.2.1" }`,
      problems: [/^vagus.yaml:3:28: devices\[1\].address: "::ffff:192.0.2.1" is taken by the one at \[0\]$/],
    },
    {
      name: 'one agent for two devices',
      text: `devices:\n  - { name: a, role: core, address: 192.0.2.1, id: ${agentId} }\n  - { name: b, role: core, address: 192.0.2.2, id: ${agentId} }`,
      problems: [/devices\[1\].id: "did:key:z6Mk\w+" is taken by the one at \[0\]$/],
    },
    {
      name: 'a source that two devices could speak from',
      text: `devices:\n  - { name: a, role: core, address: 192.0.2.1, sources: [192.0.2.9] }\n  - { name: b, role: core, address: 192.0.2.2, sources: ["::ffff:192.0.2.9"] }`,
      problems: [/devices\[1\].sources\[0\]: ::ffff:192.0.2.9 is already an address of "a"$/],
    },
    {
      name: 'a core device with a boundary',
      text: metro.replace('role: edge', 'role: core'),
      problems: [/pe-1 is a core device, which has no boundary; its role must be edge$/],
    },
    {
      name: 'one prefix for two sites',
      text: `${metro}\n`.replace('sites:', 'sites:\n  - { name: lab, prefixes: ["10.1.0.0/16"] }'),
      problems: [/sites\[1\].prefixes\[0\]: 10.1.0.0\/16 already belongs to "lab"$/],
    },
    {
      name: 'one prefix for two sites, written in two ways',
      text: 'sites:\n  - { name: a, prefixes: ["2001:db8::/32"] }\n  - { name: b, prefixes: ["2001:DB8:0::/32"] }',
      problems: [/^vagus.yaml:3:27: sites\[1\].prefixes\[0\]: 2001:DB8:0::\/32 already belongs to "a"$/],
    },
    {
      name: 'a prefix with bits behind its length, and one that is IPv4 inside IPv6',
      text: 'sites: [{ name: a, prefixes: [198.51.100.1/24, "::ffff:192.0.2.0/120"] }]',
      problems: [
        /^vagus.yaml:1:31: sites\[0\].prefixes\[0\]: "198.51.100.1\/24" has bits set .* is 198.51.100.0\/24$/,
        /^vagus.yaml:1:48: sites\[0\].prefixes\[1\]: .* write the IPv4 prefix/,
      ],
    },
    {
      name: 'a home without a name, which would be the current folder',
      text: "home: ''",
      problems: [/^vagus.yaml:1:1: home: must not be empty, got ""$/],
    },
    {
      name: 'a range of ports the wrong way round',
      text: 'applications: [{ name: web, ports: [443-80] }]',
      problems: [/applications\[0\].ports\[0\]: "443-80" must be LOW-HIGH within 0..65535$/],
    },
    {
      name: 'an address to listen on without a port',
      text: 'listen: localhost\nflow: { listen: ["127.0.0.1"] }',
      problems: [
        /^vagus.yaml:1:1: listen: "localhost" must be ADDRESS:PORT/,
        /^vagus.yaml:2:18: flow.listen\[0\]: "127.0.0.1" must be ADDRESS:PORT/,
      ],
    },
  ]
  const bomb = ['a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]', 'b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]']
    .concat('c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]', 'd: [*c, *c]')
    .join('\n')
  const aliases = [
    { text: 'as: 1\ndomain: *mine', problem: 'vagus.yaml:2:9: *mine repeats nothing: no &mine stands before it' },
    { text: 'domain: *mine\nas: &mine 1', problem: 'vagus.yaml:1:9: *mine repeats nothing: no &mine stands before it' },
    {
      text: 'flow: &flow\n  listen: *flow',
      problem: 'vagus.yaml:2:11: *flow must not stand inside the &flow that it repeats',
    },
    { text: bomb, problem: 'vagus.yaml: cannot be read: Excessive alias count indicates a resource exhaustion attack' },
  ]
  for (const { text, problem } of aliases) {
    test(`refuses ${text.split('\n').at(-1)}, with its line`, () => assert.deepEqual(problemsOf(text), [problem]))
  }

  test('takes rates with units, which are powers of 1000', () => {
    for (const [written, rate] of Object.entries({ '1G': 1e9, '2.5M': 2_500_000, '100k': 1e5, 1000: 1000 }))
      assert.equal(load(metro.replace('capacity: 1000000', `capacity: ${written}`)).config.links[0]?.capacity, rate)
    const environment = { VAGUS_LINES_BLOCK: 'fd00:d::/32', VAGUS_LINES_AGENTS_RATE: '20M' }
    const text = `agent: { listen: ["udp://127.0.0.1:7602"] }
access: { owners: [{ name: acme, id: "${agentId}" }] }
fleet: { owner: acme, listen: ["udp://127.0.0.1:7603"] }`
    const { config } = load(text, { environment })
    assert.deepEqual([config.lines?.agents?.rate, config.lines?.agents?.least], [20_000_000, 1_000_000])
  })

  test('takes an alias of what stands before it', () => {
    assert.equal(load('domain: &name metro\nsubstrate: *name').config.substrate, 'metro')
  })

  for (const { name, text, problems } of wrong) {
    test(`refuses ${name}`, () => {
      const found = problemsOf(text)
      assert.equal(found.length, problems.length, found.join('\n'))
      for (const [index, problem] of problems.entries()) assert.match(found[index]!, problem)
    })
  }

  test('names the variable or flag that is wrong', () => {
    assert.match(problemsOf('', { environment: { VAGUS_AS: 'many' } })[0]!, /^VAGUS_AS: as: /)
    assert.match(
      problemsOf('', { flags: { 'flow.silentAfter': '1 minute' } })[0]!,
      /^--flow.silentAfter: .*such as 90s/,
    )
  })
})

describe('private lines', () => {
  const id = (digit: number): string => `did:key:z6Mk${String(digit).repeat(44)}`
  const core = (more: string, z = '{ node: pe-2, interface: eth1 }', second = `node: 2, id: "${id(2)}",`): string => `
${more}
devices:
  - { name: pe-1, role: edge, address: 192.0.2.1, node: 1, id: "${id(1)}", interfaces: [{ name: eth1, index: 3 }] }
  - { name: pe-2, role: edge, address: 192.0.2.2, ${second} interfaces: [{ name: eth1, index: 3 }] }
sites:
  - { name: office, prefixes: [10.1.0.0/16, "2001:db8:1::/48", "fd00:c:1::/48"] }
links:
  - { name: core, capacity: 1000000, a: { node: pe-1, interface: eth1 }, z: ${z} }
`
  const agent = 'agent: { listen: ["udp://127.0.0.1:7602"] }'
  const lines = 'lines: { block: "fd00:d::/32" }'

  test('take up to nine tenths of a link, where nothing else is said', () => {
    const { config } = load(core(`${agent}\n${lines}`))
    assert.deepEqual(config.lines, { block: 'fd00:d::/32', share: 0.9, count: 256 })
  })

  test('are ordered by agents only of a fleet, within what lines may have at all', () => {
    const owners = `access: { owners: [{ name: acme, id: "${id(9)}" }] }`
    const fleet = 'fleet: { owner: acme, listen: ["udp://127.0.0.1:7603"] }'
    const bounded = (bounds: string): string => `lines: { block: "fd00:d::/32", count: 8, agents: { ${bounds} } }`
    const usual = 'rate: 50000000, count: 4, each: 2'
    const { config } = load(core([agent, owners, fleet, bounded(usual)].join('\n')))
    const { least, for: time, share, sites } = config.lines!.agents!
    assert.deepEqual([least, time, share, sites, config.fleet?.name], [1e6, '1h', 0.3, 'own', 'network'])
    const problems = (...parts: readonly string[]): string => problemsOf(core(parts.join('\n'))).join('; ')
    assert.match(problems(agent, bounded(usual)), /lines\.agents: needs "fleet"/)
    assert.match(
      problems(agent, fleet, bounded(usual)),
      /fleet\.owner: "acme" is none of access\.owners; there are none/,
    )
    for (const [bounds, problem] of [
      ['share: 0.91', /agents\.share: 0\.91 is more than lines\.share, 0\.9/],
      ['count: 9', /agents\.count: 9 is more than lines\.count, 8/],
      ['count: 1', /agents\.each: 2 is more than lines\.agents\.count, 1/],
      ['least: 60000000', /agents\.least: 60000000 is more than lines\.agents\.rate, 50000000/],
    ] as const) {
      const own = bounds.startsWith('count') ? `rate: 50000000, each: 2, ${bounds}` : `${usual}, ${bounds}`
      assert.match(problems(agent, owners, fleet, bounded(own)), problem)
    }
    const same = 'fleet: { owner: acme, name: controller, listen: ["udp://127.0.0.1:7603"] }'
    assert.match(problems(agent, owners, same), /fleet\.name: "controller" is agent\.name, too/)
  })

  test('need an agent, a free block, nodes with ids of their own, and both interfaces of a link', () => {
    const problemsWith = (...args: Parameters<typeof core>): readonly string[] => problemsOf(core(...args))
    assert.deepEqual(problemsWith(lines), [
      'vagus.yaml:2:1: lines: needs "agent", which asks the agents of the devices',
    ])
    assert.match(problemsWith(`${agent}\nlines: { block: "fd00:c::/32" }`)[0]!, /shares addresses with fd00:c:1::\/48/)
    assert.match(problemsWith(`${agent}\nlines: { block: "fd00:c:1::/32" }`)[0]!, /the prefix is fd00:c::\/32/)
    assert.match(problemsWith(`${agent}\n${lines}`, '{ node: pe-2 }')[0]!, /links\[0\]\.z: needs "interface"/)
    assert.match(problemsWith('', undefined, 'node: 2,')[0]!, /devices\[1\]\.node: needs "id"/)
    assert.match(problemsWith('', undefined, `node: 1, id: "${id(2)}",`)[0]!, /"1" is taken by the one at \[0\]/)
  })
})

describe('quality on demand', () => {
  const base = (camara: string): string => `
agent: { listen: ["udp://127.0.0.1:7602"] }
lines: { block: "fd00:d::/32" }
sites: [{ name: office, prefixes: [10.1.0.0/16] }, { name: internet, kind: neighbour, prefixes: [0.0.0.0/0] }]
camara: { ${camara} }
`
  const profile = (more: string): string => `profiles: [{ name: QOS_M, ${more} }]`

  test('has sessions of a second to a day, of nobody but the operator, where nothing else is said', () => {
    const { profiles, ...rest } = load(base(profile('rate: 8000000'))).config.camara!
    assert.deepEqual(rest, { consumers: [], count: 64, sinks: [] })
    const [{ minDuration, maxDuration, protect, status } = {}] = profiles
    assert.deepEqual([minDuration, maxDuration, protect, status], ['1s', '1d', false, 'ACTIVE'])
  })

  test('needs lines, rates that CAMARA can tell, durations in order, and sites that are there', () => {
    const consumer = (more: string): string =>
      `${profile('rate: 8000000')}, consumers: [{ name: acme, tokenFile: /token, ${more} }]`
    assert.match(problemsOf(`camara: { ${profile('rate: 8000000')} }`).join(), /camara: needs "lines"/)
    for (const [camara, problem] of [
      ['profiles: []', /camara\.profiles/],
      [profile('rate: 1500000'), /profiles\[0\]\.rate: must be a whole number up to 1,024 of bit\/s, kbit\/s/],
      [profile('rate: 8000000, minDuration: 2d'), /minDuration: 2d is more than maxDuration, 1d/],
      [profile('rate: 8000000, maxDuration: 31d'), /maxDuration: must be 1s to 30d/],
      [consumer('sites: [internet]'), /consumers\[0\]\.sites\[0\]: "internet" is not one of our sites/],
      [`${profile('rate: 8000000')}, sinks: ["https://hooks.example"]`, /sinks\[0\]: must be a host, or host:port/],
    ] as const)
      assert.match(problemsOf(base(camara)).join('; '), problem, camara)
  })
})

describe('boxes that join', () => {
  const base = 'listen: 10.9.0.1:7600\nagent: { listen: ["udp://10.9.0.1:7602"] }\n'
  const device = (more: string): string => `devices: [{ name: pe-2, role: edge, address: 10.8.0.2, ${more} }]\n`

  test('need a maker, an agent of ours, and addresses that they can reach', () => {
    assert.deepEqual(problemsOf(`${base}join: { listen: "[fd00::1]:7604", masa: /masa }`), [])
    const all = problemsOf('join: { listen: "0.0.0.0:7604" }').join('\n')
    for (const says of [
      /needs "masa", the folder that "vagus masa new" makes, or "makers"/,
      /needs "agent", with whom the agents of the boxes connect/,
      /0\.0\.0\.0 is no address that a join proxy could be told/,
      /needs "api", as no box reaches 127\.0\.0\.1:7600/,
    ])
      assert.match(all, says)
  })

  test('may be known by a serial number, which stands for the id that is learned', () => {
    const join = 'join: { listen: "[fd00::1]:7604", masa: /masa }\n'
    assert.deepEqual(problemsOf(base + join + device('serial: BOX-17, node: 2')), [])
    assert.match(problemsOf(base + device('serial: BOX-17')).join(), /needs "join", with "listen" and a maker/)
    assert.match(problemsOf(base + device('node: 2')).join(), /needs "id", that of its agent, or "serial"/)
    assert.match(problemsOf(base + join + device('serial: " x"')).join(), /1\.\.64 printable characters/)
  })
})
