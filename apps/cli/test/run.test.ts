import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineCommand } from '../src/command.ts'
import { exitCode } from '../src/exit-code.ts'
import { Failure } from '../src/failure.ts'
import { registry, registryOf } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { recorded } from './surroundings.ts'

const typed = async (line: string, around = recorded()) => ({
  exit: await run(
    registry,
    line.split(' ').filter((word) => word !== ''),
    around,
  ),
  ...around.written,
})

describe('a line typed', () => {
  test('without a command gets the overview on stdout', async () => {
    const { exit, out, err } = await typed('', recorded(80))
    assert.equal(exit, 0)
    assert.match(out, /vagus demo/)
    assert.equal(err, '')
    for (const line of out.split('\n')) assert.ok(line.length <= 80, line)
  })
  test('with a mistyped command gets one line on what was wrong and one on what to type', async () => {
    assert.deepEqual(await typed('stauts'), {
      exit: 2,
      out: '',
      err: 'vagus: no command "stauts"\n  did you mean: vagus status\n',
    })
  })
  test('with an answer longer than the terminal gets it in lines that fit', async () => {
    const { err } = await typed('flow top --by nonsense', recorded(60))
    assert.match(err, /--by takes src, dst, /)
    for (const line of err.split('\n')) assert.ok(line.length <= 60, line)
  })
  test('with several things to type gets each on a line of its own where one does not hold them', async () => {
    const line = 'agent call nobody hi --side-car http://127.0.0.1:9'
    assert.equal(
      (await typed(line, recorded(50))).err,
      'vagus: no side-car answers at http://127.0.0.1:9\n  start it: vagus run --help\n  or call without one: --as cli\n',
    )
    assert.match((await typed(line)).err, /\n {2}start it: vagus run --help · or call without one: --as cli\n/)
  })
  test('that no controller answers gets every way to name another', async () => {
    const around = { ...recorded(200), environment: { VAGUS_CONTROLLER: 'http://127.0.0.1:9' } }
    const { exit, err } = await typed('status', around)
    assert.equal(exit, 3)
    assert.match(err, /start one: vagus controller, .* or name another: --controller ADDRESS, or in VAGUS_CONTROLLER\n/)
  })
  test('for help never breaks the name of a command over two lines', async () => {
    const { out } = await typed('lab down --help', recorded(80))
    const other = out.slice(out.indexOf('See also:')).replaceAll(/\n +/g, '\n')
    for (const line of other.split('\n')) assert.ok(!/(vagus|lab)$/.test(line), line)
    assert.ok(!out.includes('\u00a0'))
  })
  test('with a mistyped second word gets the command that was meant', async () => {
    assert.equal((await typed('flow tpo')).err, 'vagus: no command "flow tpo"\n  did you mean: vagus flow top\n')
    assert.match((await typed('device lss')).err, /did you mean: vagus device ls\n/)
  })
  test('with half a command gets the other half, as a mistake', async () => {
    const { exit, out, err } = await typed('lab')
    assert.equal(exit, 2)
    assert.equal(out, '')
    assert.match(err, /^vagus lab needs one more word\n[^]*vagus lab up/)
    assert.equal((await typed('lab --help')).exit, 0)
  })
  test('that names a service makes the process one, unless help was asked for or the line is wrong', async () => {
    for (const [line, times] of [
      ['relay --home /proc/nonexistent', 1],
      ['relay --help', 0],
      ['relay --nonsense', 0],
      ['help', 0],
    ] as const) {
      const around = recorded()
      await typed(line, around)
      assert.equal(around.services(), times, line)
    }
  })
  test('with an option of another command gets a usage failure', async () => {
    const { exit, err } = await typed('status --by src')
    assert.equal(exit, 2)
    assert.match(err, /"vagus status" has no option "--by"/)
  })
  test('with an empty VAGUS_HOME makes no keys in the current folder', async () => {
    const { exit, err } = await typed('id show', { ...recorded(), environment: { VAGUS_HOME: '' } })
    assert.equal(exit, 2)
    assert.match(err, /^vagus: VAGUS_HOME is empty\n {2}name a folder/)
  })
  test('with two files where one is checked gets a usage failure', async () => {
    const { exit, err } = await typed('config check -c x.yaml y.yaml')
    assert.equal(exit, 2)
    assert.match(
      err,
      /only one file can be checked at a time, got x\.yaml \(--config\) and y\.yaml\n {2}vagus config check y\.yaml/,
    )
  })
  test('may have options in front of the command', async () => {
    const { exit, err } = await typed('--controller nonsense:// --json status')
    assert.equal(exit, 2)
    assert.match(err, /"nonsense:\/\/" is not an address of a controller\n {2}write http:/)
  })
  test('that begins a device agent is checked whole before anything is said to be done', async () => {
    const router = '--agent 192.0.2.1 --router frr'
    for (const [line, problem] of [
      ['', '"vagus device" needs --agent ADDRESS'],
      ['--agent 300.1.1.1', '--agent must be an IPv4 or IPv6 address, got "300.1.1.1"'],
      ['--agent 192.0.2.1 --key-file /none', '--key-file needs --router KIND, which is frr, bird or gobgp'],
      [`${router} --capacity ifb7`, '--capacity must be IF=RATE, such as ifb7=500M, got "ifb7"'],
      [`${router} --capacity ifb7=0`, '--capacity must be IF=RATE, such as ifb7=500M, got "ifb7=0"'],
      [`${router} --key-file /none`, '--key-file and --hops need --controller ADDR:PORT'],
      [
        `${router} --controller 192.0.2.9:179 --key-file /none`,
        'key file /none does not exist: is the path right? to make it: install -m 600 /dev/stdin /none',
      ],
      ['--agent 192.0.2.1 --source lo', '--source must be an IPv4 or IPv6 address, got "lo"'],
      [
        `${router} --controller 192.0.2.9:179 --source fd00::1`,
        '--source must be of the IP version of --collector or --controller, got "fd00::1"',
      ],
      [`${router} --flow 4739`, '--flow: "4739" must be ADDRESS:PORT, such as 192.0.2.1:4739'],
      [`${router} --local-address lo`, '--local-address must be an IPv4 or IPv6 address, got "lo"'],
      [`${router} --identifier fd00::1`, '--identifier must be an IPv4 address, got "fd00::1"'],
      [`${router} --control /proc/x/y`, '--control needs a folder that can be written, which /proc/x is not'],
    ] as const) {
      const { exit, err } = await typed(`device ${line}`, recorded(200))
      assert.equal(exit, 2, err)
      assert.ok(err.startsWith(`vagus: ${problem}`), err)
    }
  })
  test('that begins the demo with a topology that is not there is refused before anything is done', async () => {
    const { exit, err } = await typed('demo --topology nosuch')
    assert.equal(exit, 2)
    assert.match(
      err,
      /^vagus: there is no topology "nosuch"\n {2}there are border, divert, intruder, line, metro, roam, small, or /,
    )
  })
  test('that lets something happen in a lab takes no options of something else', async () => {
    for (const [line, problem] of [
      ['surge office field --moves 3', '--moves is an option of roam, wired; surge has --factor, --for'],
      ['surge office field --kill', '--kill is an option of roam, steer; surge has --factor, --for'],
      [
        'roam --for 60s',
        '--for is an option of surge, line, steer, vehicles, divert; roam has --moves, --planned, --sudden, --kill, --seed, --repeat, --record, --record-limit',
      ],
      [
        'roam --observe',
        '--observe is an option of steer; roam has --moves, --planned, --sudden, --kill, --seed, --repeat, --record, --record-limit',
      ],
      [
        'steer --factor 4',
        '--factor is an option of surge; steer has --for, --seed, --by-itself, --faults, --kill, --observe, --listen, --repeat, --record, --record-limit',
      ],
      ['steer office', 'steer takes no further words, got "office"'],
      ['steer --kill --observe', 'give only one of --kill and --observe'],
      [
        'intruder --seed 2',
        '--seed is an option of roam, steer, wired, vehicles, divert, day; intruder has --listen, --repeat, --record, --record-limit',
      ],
      [
        'day --listen 127.0.0.1:1',
        '--listen is an option of line, steer, intruder, divert; day has --report, --seed, --repeat, --record, --record-limit',
      ],
      [
        'surge office field --record out',
        '--record is an option of roam, line, steer, intruder, wired, nat, divert, day; surge has --factor, --for',
      ],
      ['roam --record-limit 1G', '--record-limit is for captures'],
      ['wired --name x', 'wired makes no lab, so it has no name'],
      ['vehicles --name x', 'vehicles makes no lab, so it has no name'],
      ['vehicles --moves 3', '--moves is an option of roam, wired; vehicles has --vehicles, --for, --seed, --repeat'],
      ['vehicles --for 2s', 'seconds must be 5..3600, got 2'],
      ['day --name x', 'day makes several labs, with names of its own'],
      ['steer --for 5s', 'a stretch lasts 10 s to 10 m, got 5 s'],
    ] as const) {
      const { exit, err } = await typed(`lab run ${line}`, recorded(200))
      assert.equal(exit, 2, err)
      assert.ok(err.startsWith(`vagus: ${problem}\n`), err)
    }
  })
  test('that begins a side-car or a relay is checked before keys are made', async () => {
    for (const line of ['run --name x', 'relay']) {
      const { exit, err } = await typed(`${line} --listen 0.0.0.0:7601 --home /nonexistent`, recorded(200))
      assert.equal(exit, 2, err)
      assert.match(err, /^vagus: "--listen" must be like udp:\/\/192\.0\.2\.1:7601, .* got "0\.0\.0\.0:7601"\n/)
    }
  })
  test('without an option that is needed gets to know it, and the usage has it', async () => {
    for (const [line, needed] of [
      ['run', '--name NAME'],
      ['device', '--agent ADDRESS'],
      ['bgp med 10.0.0.0/8', '--link LINK'],
      ['id delegate writer', '--to ID'],
    ] as const) {
      const { exit, err } = await typed(line)
      assert.equal(exit, 2)
      assert.ok(err.includes(`needs ${needed}`), err)
      const [words = ''] = / [a-z]+$/.test(line) ? [line] : line.split(/ (?:writer|10)/)
      assert.match((await typed(`${words} --help`)).out, new RegExp(`\nUsage [^]*${needed}[^]*\\[options\\]`))
    }
  })
  for (const name of registry.names)
    test(`vagus ${name} --help is help, examples first, within 80 columns`, async () => {
      const { exit, out, err } = await typed(`${name} --help`, recorded(80))
      assert.equal(exit, 0)
      assert.equal(err, '')
      assert.ok(out.indexOf(`vagus ${name}`) < out.indexOf('Usage'))
      assert.match(out, /\n {2}.*vagus .*\n[^]*Usage/)
      for (const line of out.split('\n')) assert.ok(line.length <= 80, line)
    })
  const groups = new Set(registry.names.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]))
  for (const line of [...[...groups].flatMap((group) => [`help ${group}`, `${group} --help`]), 'cheat'])
    test(`vagus ${line} fits 80 columns`, async () => {
      const { exit, out } = await typed(line, recorded(80))
      assert.equal(exit, 0)
      for (const line of out.split('\n')) assert.ok(line.length <= 80, line)
    })
  test('help reaches the same page by words', async () => {
    assert.equal((await typed('help flow top')).out, (await typed('flow top --help')).out)
    assert.match((await typed('help lab')).out, /^vagus lab – its commands\n[^]*vagus lab down/)
    assert.equal((await typed('help flow nothing')).exit, 2)
  })
})

describe('what a command throws', () => {
  const thrown = (error: unknown) =>
    registryOf({
      broken: () =>
        Promise.resolve({
          command: defineCommand({
            name: 'broken',
            summary: '',
            effect: 'ro',
            examples: [{ line: 'vagus broken', does: '' }],
            options: {},
            run: () => Promise.reject(error),
          }),
        }),
    })
  test('with words of others in it moves no cursor and paints nothing', async () => {
    const said = 'pe-1 answers \u001b[2J\u001b]0;all is well\u0007 now'
    for (const error of [new Failure(exitCode.failed, said, said), new Error(said)]) {
      const around = recorded(80)
      await run(thrown(error), ['broken'], around)
      assert.match(around.written.err, /^vagus: pe-1 answers \?\[2J\?\]0;all is well\? now\n/)
      assert.ok(!/[^\P{Cc}\n]/u.test(around.written.err), JSON.stringify(around.written.err))
    }
  })
  test('becomes its exit code, the message and the fix', async () => {
    for (const exit of Object.values(exitCode)) {
      const around = recorded()
      assert.equal(await run(thrown(new Failure(exit, 'what', 'fix')), ['broken'], around), exit)
      assert.equal(around.written.err, 'vagus: what\n  fix\n')
    }
  })
  test('of several lines keeps them, each wrapped by itself with its indent', async () => {
    const around = recorded(40)
    const what = '2 problems\n  a.yaml:1:5: devices[0].address: must be an address\n\n  a.yaml:2:9: as: is missing'
    await run(thrown(new Failure(exitCode.usage, what, '')), ['broken'], around)
    assert.deepEqual(around.written.err.trimEnd().split('\n'), [
      'vagus: 2 problems',
      '         a.yaml:1:5: devices[0].address:',
      '         must be an address',
      '       ',
      '         a.yaml:2:9: as: is missing',
    ])
  })
  test('is called a defect when it is no failure of ours', async () => {
    const around = recorded()
    assert.equal(await run(thrown(new TypeError('x is undefined')), ['broken'], around), 1)
    assert.match(around.written.err, /^vagus: x is undefined\n {2}this is a bug in vagus/)
  })
  test('does not matter after an interrupt', async () => {
    const around = { ...recorded(), signal: AbortSignal.abort() }
    assert.equal(await run(thrown(new Error('the socket was closed')), ['broken'], around), 130)
    assert.equal(around.written.err, '')
  })
})
