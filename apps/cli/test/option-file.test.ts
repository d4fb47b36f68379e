import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { cheats } from '../src/cheats.ts'
import { command } from '../src/commands/device.ts'
import { checkDeviceFile, explainedOptions } from '../src/device-check.ts'
import { deviceGroups, deviceOptions } from '../src/device-options.ts'
import type { Failure } from '../src/failure.ts'
import type { Option } from '../src/option.ts'
import { checkedNetconf } from '../src/netconf-options.ts'
import { filled, fileOption, optionsOfText } from '../src/option-file.ts'
import { parse } from '../src/parse.ts'

const fileOf = (t: { after(clean: () => void): void }, text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-option-file-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'device.yaml')
  writeFileSync(file, text)
  return file
}

/** A text that the option takes on the command line, and what stands for it in YAML. */
function sampleOf(option: Exclude<Option, { type: 'flag' }>): readonly [string, unknown] {
  switch (option.type) {
    case 'count':
      return [String(option.min), option.min]
    case 'duration':
      return ['90s', '90s']
    case 'rate':
      return ['20M', '20M']
    case 'time':
      return ['2026-11-27T03:00:00Z', '2026-11-27T03:00:00Z']
    case 'words':
      return ['eth1,7', ['eth1', 7]]
    case 'text':
  }
  return [option.choices?.[0] ?? '0.5', option.choices?.[0] ?? 0.5]
}

describe('a file of vagus device', () => {
  const keys = Object.entries<Option>(deviceOptions).filter(([name]) => !(name in fileOption))
  for (const [name, option] of keys)
    test(`gives --${name} the value that the command line gives it`, async () => {
      const [typed, written] = option.type === 'flag' ? [[], true] : sampleOf(option)
      const line = parse(command, [`--${name}`, typed].flat())
      const { values, places } = await optionsOfText(deviceOptions, JSON.stringify({ [name]: written }), 'd.yaml')
      assert.deepEqual(values, { [name]: line.values[name] })
      assert.equal(places.get(name), 'd.yaml:1:2')
    })
  test('loses to the command line, and beats defaults', async (t) => {
    const file = fileOf(t, 'name: pe-1\ninterval: 500\ngrasp: [eth1]\n')
    const call = parse(command, ['-c', file, '--name', 'pe-2'])
    const { values, keys: set } = await filled(deviceOptions, call)
    assert.deepEqual([values.name, values.interval, values.grasp], ['pe-2', 500, ['eth1']])
    assert.equal(values.collector, '127.0.0.1:6343')
    assert.deepEqual(set, ['name', 'interval', 'grasp'])
  })
  test('is refused with every mistake and its line', async (t) => {
    const file = fileOf(
      t,
      'agent: 192.0.2.1\nrouter: quagga\nhops: 300\nrouterAt: /x\ntools: 1\ngrasp: {}\nconfig: x\nname: [a]\n',
    )
    const { message } = await checkDeviceFile(file, {}).then(
      () => assert.fail('it is taken'),
      (error: Failure) => error,
    )
    for (const problem of [
      '2:1: router: must be frr, bird, gobgp, got "quagga"',
      '3:1: hops: must be 1..254, got 300',
      '4:1: routerAt: is no key; did you mean router-at?',
      '5:1: tools: must be true or false, got 1',
      '6:1: grasp: must be a list in [ ], INTERFACES, got {}',
      '7:1: config: is no key',
      '8:1: name: must be one value, NAME, got ["a"]',
    ])
      assert.ok(message.includes(`${file}:${problem}`), message)
  })
  test('is refused with the line of a value that does not go with the others', async (t) => {
    const refused = (text: string): Promise<string> =>
      checkDeviceFile(fileOf(t, text), {}).then(
        () => assert.fail('it is taken'),
        (error: Failure) => error.message,
      )
    assert.match(await refused('agent: 192.0.2.1\nhops: 3\n'), /device\.yaml:2:1: hops needs --router KIND/)
    assert.match(await refused('agent: ::1\nsteer-for: 1h\n'), /device\.yaml:2:1: steer-for needs --steered-by ID/)
    assert.match(await refused('agent: ::1\nserve-as: x\n'), /device\.yaml:2:1: serve-as needs --serve-to OWNER/)
    assert.match(await refused('name: pe-1\n'), /"vagus device" needs --agent ADDRESS/)
    assert.match(await refused('agent: [\n'), /device\.yaml:\d:\d: is not YAML/)
    await assert.rejects(checkDeviceFile('/nonexistent/d.yaml', {}), /d\.yaml: cannot be read: ENOENT/)
  })
  test('is shown by vagus cheat device, which is accepted as it stands', async (t) => {
    const { text } = cheats.find(({ topic }) => topic === 'device')!
    assert.ok((await checkDeviceFile(fileOf(t, text), {})).length > 5)
    const uncommented = text.replaceAll(/^# (steered-by|api|steer-for)/gm, '$1')
    const id = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'
    await checkDeviceFile(fileOf(t, uncommented.replace('did:key:z6Mk…', id)), {})
  })
})

test('the file of vagus netconf is that of vagus cheat netconf, and mistakes are told with their line', async (t) => {
  const { text } = cheats.find(({ topic }) => topic === 'netconf')!
  const check = (written: string) =>
    checkedNetconf({ values: { config: fileOf(t, written) }, given: new Set() }).then(
      ({ name, control, configures }) => `${name} ${control} ${configures.length}`,
      ({ message }: Failure) => message.replace(/^.*device\.yaml/, ''),
    )
  assert.equal(await check(text), 'edge-9 /run/vagus/edge-9.sock 2')
  assert.match(await check(text.replace(/router: .*/, 'router: a b')), /:3:1: router must be HOST, USER@HOST or /)
  assert.match(
    await check(text.replace('configures', 'configure')),
    /:7:1: configure: is no key; did you mean configures\?/,
  )
  assert.match(await check(text.replace('- /ietf', '- ietf')), /:7:1: configures has paths of YANG data, such as /)
  assert.match(await check(`${text}\nserve-at: ['udp://0.0.0.0:7601']\n`), /:\d+:1: serve-at needs --serve-to OWNER/)
  assert.match(await check('name: x\n'), /needs --router USER@HOST/)
})

test('help of vagus device shows every option in one group', () => {
  const grouped = deviceGroups.flatMap(({ options }) => Object.keys(options))
  assert.deepEqual(grouped, Object.keys(deviceOptions))
})

test('every key of vagus device is explained, and a mistyped one is guessed', () => {
  assert.equal(explainedOptions(undefined).length, Object.keys(deviceOptions).length - 1)
  assert.deepEqual(
    explainedOptions('router').map(({ type }) => type),
    ['frr or bird or gobgp'],
  )
  assert.throws(() => explainedOptions('capacitee'), /no option "capacitee"/)
})
