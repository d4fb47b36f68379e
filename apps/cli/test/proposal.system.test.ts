import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Proposal } from '@vagus/api/steering'
import { classInForce, type SteeringNetwork, steeringNetwork, told } from './steering-network.ts'
import { measured, open } from './steering-samples.ts'

type Class = Proposal['classes'][number]

const prefix = '10.16.0.0/16'
const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString()
/** To pe-2: class 4 at pe-1 and pe-4, and an end of what pe-2 has. */
const proposal: Proposal = { ...open, openedAt: ago(120) }

const inForce = ({ agents }: SteeringNetwork): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(agents).map(([device, { active }]) => [
      device,
      active.map((one) => `${one.owner} ${one.prefix} ${one.interface} ${one.class}`),
    ]),
  )
const secondsLeft = (network: SteeringNetwork, device: string): number =>
  (Date.parse(network.agents[device]!.active[0]!.expiresAt) - Date.now()) / 1000

test('an approval asks every agent first; then a prefix goes straight to its link, because it leaves last', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  network.agents['pe-2']!.active = [classInForce(prefix, 4)]
  const asked: string[] = []
  for (const [device, agent] of Object.entries(network.agents))
    agent.fault = (question) => void asked.push(`${device} ${question}`)
  const { exit, out, err } = await network.typed(['approve', 'transit-7', '--for', '10m'])
  assert.deepEqual([exit, err], [0, ''])
  assert.deepEqual(network.changes, ['pe-4 POST actuations 4', 'pe-2 DELETE actuations', 'pe-1 POST actuations 4'])
  const firstChange = asked.findIndex((one) => one === network.changes[0])
  for (const device of ['pe-1', 'pe-4']) assert.ok(asked.indexOf(`${device} POST plan 4`) < firstChange, asked.join())
  const four = [`steering ${prefix} eth3 4`]
  assert.deepEqual(inForce(network), { 'pe-1': four, 'pe-2': [], 'pe-4': four })
  assert.ok(Math.abs(secondsLeft(network, 'pe-1') - 600) < 60)
  assert.match(out, /^transit-7: 10\.16\.0\.0\/16 pe-1-tr-1 → pe-2-tr-1, until .*\d\dZ$/m)
  assert.match(out, /^ {2}10\.16\.0\.0\/16 on pe-4-tr-2: 10\.0\.1\.2 is sent MED 200, 2 ASes$/m)
  assert.match(out, /^ {2}10\.16\.0\.0\/16 on pe-2-tr-1: class 4 has ended$/m)
  assert.match(out, /^ {2}undo {4}vagus proposal undo transit-7$/m)
})

test('a dry run changes nothing, and says what each neighbour is told now', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  network.agents['pe-2']!.active = [classInForce(prefix, 4)]
  const { exit, out } = await network.typed(['approve', 'transit-7', '--dry-run'])
  assert.equal(exit, 0)
  assert.match(out, /^would ask for transit-7, 10\.16\.0\.0\/16 pe-1-tr-1 → pe-2-tr-1, for 1h$/m)
  assert.match(
    out,
    /^ {2}10\.16\.0\.0\/16 on pe-1-tr-1: class 4, MED 200, at pe-1\n {4}now 10\.0\.1\.2 is sent MED 100/m,
  )
  assert.match(out, /^ {2}10\.16\.0\.0\/16 on pe-2-tr-1: end class 4, at pe-2$/m)
  const { out: json } = await network.typed(['approve', 'transit-7', '--dry-run', '--json'])
  network.agents['pe-2']!.active = []
  const { out: plain } = await network.typed(['approve', 'transit-7', '--dry-run'])
  assert.match(
    plain,
    /^ {2}10\.16\.0\.0\/16 on pe-2-tr-1: no class, .*\n {4}stays 10\.0\.1\.2 is sent MED 100, 2 ASes$/m,
  )
  const { plans, ends } = JSON.parse(json) as { readonly plans: { readonly kind: string }[]; readonly ends: object[] }
  assert.deepEqual([plans.map(({ kind }) => kind), ends.length], [['ActuationPlan', 'ActuationPlan'], 1])
  assert.deepEqual(network.changes, [])
})

test('a refusal of one agent stops everything before anything is changed', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  const refusal = { status: 409, detail: `${prefix} is held by noc with x; it must undo that first` }
  network.agents['pe-4']!.fault = (asked) => (asked.includes('plan') ? refusal : undefined)
  const { exit, out, err } = await network.typed(['approve', 'transit-7'])
  assert.deepEqual([exit, out, network.changes], [1, '', []])
  assert.match(
    err.replaceAll(/\s+/g, ' '),
    /pe-4 does not take class 4 of 10\.16\.0\.0\/16 on pe-4-tr-2: 10\.16\.0\.0\/16 is held by noc with x; it must undo that first; nothing was changed/,
  )
  assert.match(err, /\n {2}vagus device show pe-4\n$/)
})

test('a class of somebody else on the link that should draw stops it, too', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  network.agents['pe-2']!.active = [classInForce(prefix, 4, { owner: 'noc' })]
  const { exit, err } = await network.typed(['approve', 'transit-7'])
  assert.deepEqual([exit, network.changes], [1, []])
  assert.match(err.replaceAll(/\s+/g, ' '), /10\.16\.0\.0\/16 is held by noc/)
})

for (const [name, there, why] of [
  ['is told nothing of the prefix there', [], /it is not announced to any neighbour there/],
  [
    'is told a longer path there',
    told(0, 3),
    /is sent MED 0, 3 ASes there, .* no better than on pe-4-tr-2, where .* 200/,
  ],
  ['is told as high a MED there', told(200), /is sent MED 200, 2 ASes there, which is no better than on pe-4-tr-2/],
] as const)
  test(`an approval is refused where the neighbour ${name}, as it would draw nothing`, async (t) => {
    const network = await steeringNetwork(t, [{ ...proposal, classes: proposal.classes.slice(0, 2) }])
    network.agents['pe-2']!.told = [...there]
    const { exit, err } = await network.typed(['approve', 'transit-7'])
    const said = err.replaceAll(/\s+/g, ' ')
    assert.deepEqual([exit, network.changes], [1, []])
    assert.match(said, why)
    assert.match(
      said,
      /10\.16\.0\.0\/16 would not enter over pe-2-tr-1: .*; nothing was changed vagus device show pe-2/,
    )
  })

test('an approval is refused where the link that should draw is held by somebody since it was proposed', async (t) => {
  const network = await steeringNetwork(t, [{ ...proposal, classes: proposal.classes.slice(0, 2) }])
  const held = { status: 409, detail: `${prefix} is held by noc with x; it must undo that first` }
  network.agents['pe-2']!.fault = (asked) => (asked.includes('plan') ? held : undefined)
  const { exit, err } = await network.typed(['approve', 'transit-7'])
  assert.deepEqual([exit, network.changes], [1, []])
  assert.match(err.replaceAll(/\s+/g, ' '), /would not enter over pe-2-tr-1: 10\.16\.0\.0\/16 is held by noc/)
  network.agents['pe-2']!.fault = () => undefined
  network.agents['pe-2']!.active = [classInForce(prefix, 4)]
  const own = await network.typed(['approve', 'transit-7'])
  assert.deepEqual([own.exit, network.changes], [1, []])
  assert.match(own.err.replaceAll(/\s+/g, ' '), /was set there since the proposal was looked at/)
})

test('a class that would lower the MED of a link, and so draw traffic there, is refused', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  network.agents['pe-4']!.told = told(500)
  const { exit, err } = await network.typed(['approve', 'transit-7'])
  assert.deepEqual([exit, network.changes], [1, []])
  assert.match(err.replaceAll(/\s+/g, ' '), /on pe-4-tr-2: 10\.0\.1\.2 is sent MED 500, .* would draw traffic there/)
  // What an earlier approval set there itself may be replaced.
  network.agents['pe-4']!.active = [classInForce(prefix, 5)]
  assert.equal((await network.typed(['approve', 'transit-7'])).exit, 0)
})

test('a link that is not told of the prefix does not keep others from being left', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  network.agents['pe-4']!.told = []
  const { exit, out } = await network.typed(['approve', 'transit-7'])
  assert.equal(exit, 0)
  assert.match(out, /10\.16\.0\.0\/16 on pe-4-tr-2: not announced to any neighbour there/)
})

test('a class that announces the prefix to one more neighbour is taken back', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  network.agents['pe-4']!.fault = (asked) => (asked === 'POST actuations 4' ? 'leak' : undefined)
  const { exit, err } = await network.typed(['approve', 'transit-7'])
  assert.equal(exit, 1)
  assert.deepEqual(inForce(network), { 'pe-1': [], 'pe-2': [], 'pe-4': [] })
  assert.match(
    err.replaceAll(/\s+/g, ' '),
    /10\.0\.9\.2 is told of the prefix now, and was not before; all is as it was/,
  )
})

test('of two approvals at once, the one that fails takes back nothing that the other set', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  const other = classInForce(prefix, 4, { id: 'of-the-other', appliedAt: new Date().toISOString() })
  network.agents['pe-1']!.fault = (asked) => {
    if (asked !== 'POST actuations 4') return undefined
    network.agents['pe-4']!.active = [other]
    return { status: 429, detail: '60 within a minute are allowed' }
  }
  const { exit, err } = await network.typed(['approve', 'transit-7'])
  assert.equal(exit, 1)
  assert.deepEqual(network.agents['pe-4']!.active, [other])
  assert.match(err.replaceAll(/\s+/g, ' '), /NOT taken back: .* on pe-4-tr-2, which somebody else changed since/)
})

test('the classes of an approval end together, those aside a little later, so that the prefix goes straight back', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  const ends = (device: string): number => Date.parse(network.agents[device]!.active[0]!.expiresAt)
  assert.equal((await network.typed(['approve', 'transit-7', '--for', '10m'])).exit, 0)
  assert.ok(ends('pe-4') - ends('pe-1') >= 4000, `${ends('pe-4') - ends('pe-1')}`)
  assert.equal((await network.typed(['approve', 'transit-7', '--for', '1d'])).exit, 0)
  for (const device of ['pe-1', 'pe-4']) assert.ok(secondsLeft(network, device) <= 86_400)
})

for (const [name, fault] of [
  ['refuses', { status: 429, detail: '60 within a minute are allowed' }],
  ['is not seen to do it', 'unseen'],
  ['does it without an answer', 'cut'],
] as const)
  test(`where an agent ${name} midway, all is as it was before, what an earlier proposal set included`, async (t) => {
    const network = await steeringNetwork(t, [proposal])
    network.agents['pe-4']!.active = [classInForce(prefix, 5, { seconds: 300 })]
    network.agents['pe-2']!.active = [classInForce(prefix, 4)]
    const before = inForce(network)
    network.agents['pe-1']!.fault = (asked) => (asked === 'POST actuations 4' ? fault : undefined)
    const { exit, out, err } = await network.typed(['approve', 'transit-7'])
    assert.deepEqual([exit === 0, out], [false, ''])
    assert.deepEqual(inForce(network), before)
    assert.ok(Math.abs(secondsLeft(network, 'pe-4') - 300) < 60, 'it holds as long as it would have')
    assert.match(err.replaceAll(/\s+/g, ' '), /pe-1 does not take class 4 .*; all is as it was before/)
  })

test('where the end of a class fails, the classes that were set before are withdrawn', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  network.agents['pe-2']!.active = [classInForce(prefix, 4)]
  const before = inForce(network)
  const fault = { status: 500, detail: 'the speaker does not answer' }
  network.agents['pe-2']!.fault = (asked) => (asked.startsWith('DELETE') ? fault : undefined)
  const { exit, err } = await network.typed(['approve', 'transit-7'])
  assert.equal(exit, 1)
  assert.deepEqual(inForce(network), before)
  assert.match(
    err.replaceAll(/\s+/g, ' '),
    /pe-2 does not take the end of steering's class .*the speaker does not answer/,
  )
})

test('what cannot be taken back is named, with the command that does it', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  const fault = { status: 503, detail: 'the session with the router is not established' }
  network.agents['pe-4']!.fault = (asked) => (asked.startsWith('DELETE') ? fault : undefined)
  network.agents['pe-1']!.fault = (asked) => (asked === 'POST actuations 4' ? fault : undefined)
  const { exit, err } = await network.typed(['approve', 'transit-7'])
  assert.equal(exit, 1)
  assert.match(err.replaceAll(/\s+/g, ' '), /; NOT taken back: the class of 10\.16\.0\.0\/16 on pe-4-tr-2/)
  assert.match(err, /\n {2}vagus bgp undo '10\.16\.0\.0\/16@3#new\.1' --device pe-4 --owner steering\n$/)
})

test('Ctrl-C stops between two classes, takes back what was set, and says so', async (t) => {
  const network = await steeringNetwork(t, [proposal])
  const stop = new AbortController()
  network.agents['pe-4']!.fault = (asked) => void (asked === 'POST actuations 4' && stop.abort())
  const { exit, err } = await network.typed(['approve', 'transit-7'], stop.signal)
  assert.equal(exit, 130)
  assert.deepEqual(inForce(network), { 'pe-1': [], 'pe-2': [], 'pe-4': [] })
  assert.deepEqual(network.changes, ['pe-4 POST actuations 4', 'pe-4 DELETE actuations'])
  assert.equal(err, 'vagus: interrupted; all is as it was before\n')
})

test('a device whose agent the configuration does not name stops it, and the hint says where to name it', async (t) => {
  const classes = [...proposal.classes, { ...proposal.classes[0]!, device: 'pe-9', link: 'pe-9-tr-1' }]
  const network = await steeringNetwork(t, [{ ...proposal, classes }])
  const { exit, err } = await network.typed(['approve', 'transit-7'])
  assert.deepEqual([exit, network.changes], [1, []])
  assert.match(err.replaceAll(/\s+/g, ' '), /pe-9-tr-1: the configuration names no agent of device "pe-9"/)
  assert.match(err, /vagus config explain devices\.agent/)
})

test('only an open proposal is approved; of an unknown one, it says where the ids are', async (t) => {
  const network = await steeringNetwork(t, [{ ...proposal, state: 'outdated' }])
  const { exit, err } = await network.typed(['approve', 'transit-7'])
  assert.equal(exit, 1)
  assert.match(err, /^vagus: transit-7 is outdated: other moves would be better now/)
  assert.match(err, /vagus proposal ls --state open\n$/)
  assert.deepEqual(network.agents['pe-1']!.asked, [])
  const unknown = await network.typed(['approve', 'transit-8'])
  assert.deepEqual(
    [unknown.exit, unknown.err],
    [2, 'vagus: there is no proposal "transit-8"; see /v1/proposals\n  the ids: vagus proposal ls --last 7d\n'],
  )
})

test('undo ends what the proposal has in force and nothing else; a second time there is nothing', async (t) => {
  const taken: Proposal = { ...proposal, state: 'taken' }
  const later: Proposal = { ...measured, id: 'transit-8', openedAt: ago(30), classes: [proposal.classes[1]!] }
  const network = await steeringNetwork(t, [later, taken])
  network.agents['pe-1']!.active = [classInForce(prefix, 4), classInForce('10.17.0.0/16', 4)]
  network.agents['pe-4']!.active = [classInForce(prefix, 4, { appliedAt: ago(10) })]
  const { exit, out } = await network.typed(['undo', 'transit-7'])
  assert.deepEqual([exit, out], [0, `${prefix} on pe-1-tr-1: class 4 has ended\n`])
  assert.deepEqual(inForce(network), {
    'pe-1': ['steering 10.17.0.0/16 eth3 4'],
    'pe-2': [],
    'pe-4': [`steering ${prefix} eth3 4`],
  })
  const again = await network.typed(['undo', 'transit-7'])
  assert.deepEqual([again.exit, again.out], [0, 'nothing of transit-7 is in force (any more)\n'])
})

test('undo ends first what holds on the link that the prefix left, so that it goes straight back', async (t) => {
  const [leaving, aside, ending] = proposal.classes as [Class, Class, Class]
  const network = await steeringNetwork(t, [{ ...proposal, state: 'taken', classes: [aside, leaving, ending] }])
  for (const device of ['pe-1', 'pe-4']) network.agents[device]!.active = [classInForce(prefix, 4)]
  assert.equal((await network.typed(['undo', 'transit-7'])).exit, 0)
  assert.deepEqual(network.changes, ['pe-1 DELETE actuations', 'pe-4 DELETE actuations'])
})

test('undo leaves a class of another owner, and one that was set before the proposal', async (t) => {
  const network = await steeringNetwork(t, [{ ...proposal, state: 'taken' }])
  network.agents['pe-1']!.active = [classInForce(prefix, 4, { owner: 'noc' })]
  network.agents['pe-4']!.active = [classInForce(prefix, 4, { appliedAt: ago(600) })]
  const { out } = await network.typed(['undo', 'transit-7', '--json'])
  assert.deepEqual(JSON.parse(out), { proposal: 'transit-7', undone: [] })
  assert.deepEqual(network.changes, [])
})

test('an agent that fails keeps no other from ending its classes', async (t) => {
  const network = await steeringNetwork(t, [{ ...proposal, state: 'taken' }])
  for (const device of ['pe-1', 'pe-4']) network.agents[device]!.active = [classInForce(prefix, 4)]
  network.agents['pe-1']!.fault = () => ({ status: 500, detail: 'broken' })
  const { exit, out, err } = await network.typed(['undo', 'transit-7'])
  assert.deepEqual([exit, out], [1, `${prefix} on pe-4-tr-2: class 4 has ended\n`])
  assert.equal(
    err,
    `vagus: not known to have ended: class 4 of ${prefix} on pe-1-tr-1: broken\n  vagus device show pe-1\n`,
  )
})

test('the record of a proposal can be read where the controller knows no border any more', async (t) => {
  const network = await steeringNetwork(t, [measured])
  const { exit, out } = await network.typed(['show', 'transit-6'])
  assert.equal(exit, 0)
  assert.match(out, /^pe-2-tr-1 +3\.30 Mb\/s +– +12\.9 Mb\/s +– +–$/m)
  const { out: json } = await network.typed(['show', 'transit-6', '--json'])
  assert.equal((JSON.parse(json) as { kind: string }).kind, 'Proposal')
})

test('the list asks for a state and a time; a state that is none is refused here, with those that there are', async (t) => {
  const network = await steeringNetwork(t, [proposal, measured])
  const { exit, out } = await network.typed(['ls', '--state', 'open', '--last', '7d', '-n', '10'])
  assert.equal(exit, 0)
  assert.match(out, /^transit-7 +2m .*open +10\.16\.0\.0\/16 pe-1-tr-1 → pe-2-tr-1 +93 → 61 % +–$/m)
  const wrong = await network.typed(['ls', '--state', 'opened'])
  assert.equal(wrong.exit, 2)
  assert.match(wrong.err, /open, taken, measured, relieved, outdated/)
})
