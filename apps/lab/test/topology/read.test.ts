import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stringify } from 'yaml'
import { LabError } from '../../src/errors.ts'
import { readTopology, topologyNames, topologyOf } from '../../src/topology/read.ts'

/** A topology without mistakes, with `changes` on top. */
function withChanges(changes: Record<string, unknown>): string {
  return stringify({
    name: 'two',
    as: 64512,
    routers: { 'pe-1': { role: 'edge' }, 'p-1': { role: 'core' } },
    sites: { office: { as: 64701, prefixes: ['10.16.0.0/16', '2001:db8:16::/48'] } },
    neighbours: {
      transit: {
        as: 64600,
        routers: ['tr-1'],
        hosts: { at: 'tr-1', prefixes: ['198.18.0.0/15', '2001:db8:f000::/36'] },
        announces: ['0.0.0.0/0'],
      },
    },
    links: [
      { between: ['pe-1', 'p-1'], capacity: '100M' },
      { between: ['pe-1', 'office'], capacity: '1.5G' },
      { between: ['pe-1', 'tr-1'], capacity: 2_000_000 },
    ],
    ...changes,
  })
}

function refusal(text: string): string {
  try {
    topologyOf(text, 'file.yaml')
  } catch (error) {
    assert.ok(error instanceof LabError)
    assert.equal(error.code, 'topology')
    return error.message
  }
  throw new Error('it was accepted')
}

describe('a topology file', () => {
  test('comes with Vagus in several kinds, and all are without mistakes', () => {
    assert.deepEqual(topologyNames(), ['border', 'divert', 'intruder', 'line', 'metro', 'roam', 'small'])
    for (const name of topologyNames()) assert.equal(readTopology(name).name, name)
  })

  test('gives capacities as number or with k, M, G', () => {
    const capacities = topologyOf(withChanges({}), 'file.yaml').links.map(({ capacity }) => capacity)
    assert.deepEqual(capacities, [100e6, 1.5e9, 2e6])
  })

  test('names files of its programs as seen from where it is', () => {
    const networks = { wired: { at: 'office' } }
    const program = ['node', './programs/reader.js', '../writer.js', 'a/b', '.']
    const { agents } = topologyOf(withChanges({ agents: { reader: { networks, program } } }), '/labs/one/two.yaml')
    assert.deepEqual(agents['reader']!.program, ['node', '/labs/one/programs/reader.js', '/labs/writer.js', 'a/b', '.'])
  })

  test('that is not there is refused with the names of those that are', () => {
    assert.throws(
      () => readTopology('mars'),
      /there is no topology "mars"; there are border, divert, intruder, line, metro, roam, small/,
    )
  })

  test('that cannot be read is refused with why', () => {
    const rest = '; there are border, divert, intruder, line, metro, roam, small, or the path of a YAML file'
    const refused = (which: string, message: string): void =>
      assert.throws(() => readTopology(which), { code: 'topology', message: `${message}${rest}` })
    refused('/nonexistent.yaml', 'there is no file /nonexistent.yaml')
    refused('/etc', '/etc is a folder, not a topology')
    refused('/etc/passwd/x', '/etc/passwd/x cannot be read: ENOTDIR')
  })

  test('that is no YAML is refused with the line', () => {
    assert.match(refusal('a: [1'), /file\.yaml is not YAML: .*line 1/s)
  })

  const mistakes: readonly (readonly [title: string, changes: Record<string, unknown>, message: RegExp])[] = [
    ['a link without capacity', { links: [{ between: ['pe-1', 'p-1'] }] }, /links\.0\.capacity: .*missing/],
    [
      'a capacity that is neither text nor number',
      { links: [{ between: ['pe-1', 'p-1'], capacity: ['1M'] }] },
      /links\.0\.capacity: must be bits per second, such as 100M/,
    ],
    [
      'a capacity in unknown units',
      { links: [{ between: ['pe-1', 'p-1'], capacity: '100Mbit' }] },
      /"100Mbit" must be 100k\.\.100G bits per second/,
    ],
    ['a key that nobody knows', { router: {} }, /router/],
    [
      'a link to a node that is not there',
      { links: [{ between: ['pe-1', 'pe-9'], capacity: '1M' }] },
      /there is no node "pe-9"; there are pe-1, p-1, office, tr-1/,
    ],
    [
      'a link of a node to itself',
      { links: [{ between: ['pe-1', 'pe-1'], capacity: '1M' }] },
      /must have two different ends/,
    ],
    [
      'a site on a core router',
      { links: [{ between: ['p-1', 'office'], capacity: '1M' }] },
      /sites and neighbours connect to edge routers only/,
    ],
    [
      'a name for two nodes',
      { sites: { 'pe-1': { as: 64701, prefixes: ['10.16.0.0/16'] } } },
      /node "pe-1" is named twice/,
    ],
    [
      'an AS number used twice',
      { sites: { office: { as: 64512, prefixes: ['10.16.0.0/16'] } } },
      /AS 64512 is used twice/,
    ],
    [
      'a prefix inside another one',
      { sites: { office: { as: 64701, prefixes: ['198.19.4.0/24'] } } },
      /198\.19\.4\.0\/24 of office and 198\.18\.0\.0\/15 of transit overlap/,
    ],
    [
      'a prefix that the lab uses for itself',
      { sites: { office: { as: 64701, prefixes: ['2001:db8:1:7::/64'] } } },
      /2001:db8:1:7::\/64 of office and 2001:db8::\/47 of the lab itself/,
    ],
    [
      'a prefix with bits behind its length',
      { sites: { office: { as: 64701, prefixes: ['10.16.0.1/16'] } } },
      /office: .*10\.16\.0\.0\/16/,
    ],
    [
      'a site of one IP version',
      { sites: { office: { as: 64701, prefixes: ['10.16.0.0/16'] } } },
      /sites\.office\.prefixes: there is no IPv6 prefix; name one of each version/,
    ],
    [
      'hosts of one IP version at a neighbour',
      { neighbours: { transit: { as: 64600, routers: ['tr-1'], hosts: { at: 'tr-1', prefixes: ['fd00:1::/48'] } } } },
      /neighbours\.transit\.hosts\.prefixes: there is no IPv4 prefix; name one of each version/,
    ],
    [
      'a node without a link',
      { links: [{ between: ['pe-1', 'office'], capacity: '1M' }] },
      /node "p-1" is not connected/,
    ],
    [
      'hosts at a router of somebody else',
      { neighbours: { transit: { as: 64600, routers: ['tr-1'], hosts: { at: 'pe-1', prefixes: ['198.18.0.0/15'] } } } },
      /neighbours\.transit\.hosts\.at: "pe-1" is none of tr-1/,
    ],
  ]
  for (const [title, changes, message] of mistakes) {
    test(`with ${title} is refused`, () => assert.match(refusal(withChanges(changes)), message))
  }

  test('with several mistakes is refused with all of them', () => {
    const message = refusal(withChanges({ as: 0, links: [{ between: ['pe-1', 'p-1'] }] }))
    assert.match(message, /as: /)
    assert.match(message, /capacity/)
  })
})
