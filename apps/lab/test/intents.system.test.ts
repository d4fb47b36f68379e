import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { DeviceAgent } from '@vagus/api/telemetry'
import type { IntentItem } from '@vagus/api/intent'
import type { LineQuote } from '@vagus/api/lines'
import { until } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { faultOf, labFault } from '../src/index.ts'
import { agentSocket } from '../src/controller-config.ts'
import { type IntentsLab, intentsLab } from './intents-scene.ts'

const devices = ['pe-1', 'pe-2', 'pe-3']
const connect = `
  - name: branch-line
    connect: { between: [office, factory], rate: 200k }
`
const freeze = (until: string): string => `
  - name: launch
    because: launch of 12.4
    until: ${until}
    freeze: {}
`
const later = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z/, 'Z')

describe('intents in a lab of real routers', { skip: needs('netns', 'frr') }, () => {
  let lab: IntentsLab
  before(async () => {
    lab = await intentsLab('intents', '127.0.0.1:17918', ['controller', 'devices'])
  })
  after(async () => lab?.down())

  const itemOf = async (name: string): Promise<IntentItem | undefined> =>
    (await lab.list()).items.find((one) => one.name === name)
  const refusal = (...words: readonly string[]): Promise<string> =>
    lab.vagus(...words).then(
      (out) => assert.fail(`it was done: ${out}`),
      (error: Error) => error.message,
    )
  const atDevice = async (device: string): Promise<NonNullable<DeviceAgent['intents']>> => {
    const words = ['device', 'show', device, '--json', '--socket', agentSocket(lab.lab.folder, device)]
    return (JSON.parse(await lab.vagus(...words)) as DeviceAgent).intents!
  }
  const whyNoLine = async (): Promise<string> => {
    const body = JSON.stringify({ from: 'dc-east', to: 'office', bitsPerSecond: 100_000, for: '1h' })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${lab.lab.console}/v1/line-quotes`, { method: 'POST', body, headers })
    return ((await answer.json()) as LineQuote).because
  }
  const connected = async (): Promise<void> => {
    const have = async () => (await lab.list()).devices.map(({ device }) => device)
    await until(have, (all) => all.length === devices.length)
  }

  test('until their owner has signed some, nothing new begins; then every agent has them within seconds', async () => {
    await connected()
    assert.match(await whyNoLine(), /no intents of the owner are known/)
    const said = await lab.apply(`intents:${connect}`)
    assert.match(said, /3 devices have it after \d+\.\d s: pe-1, pe-2, pe-3/)
  })

  test('a line that is wanted is laid, and its figures show that', async () => {
    const met = await until(
      () => itemOf('branch-line'),
      (one) => one?.state === 'active',
    )
    assert.match(met!.evidence!, /^line-1 holds 200 kbit\/s/)
    const shown = await lab.vagus('line', 'show', 'line-1')
    assert.match(shown, /by +controller \(intent branch-line\)/)
  })

  test('a freeze refuses what would begin, with its end, at the controller and at the agents; what is there goes on', async () => {
    await lab.apply(`intents:${connect}${freeze(later)}`)
    const window = new RegExp(`intent "launch" until ${later}`)
    assert.match(await whyNoLine(), window)
    const socket = agentSocket(lab.lab.folder, 'pe-2')
    assert.match(await refusal('device', 'policy', 'pe-2', '--apply', '--socket', socket), window)
    assert.match(await lab.vagus('line', 'show', 'line-1'), /active/)
  })

  test('devices go by them while the controller is dead, and it knows them when it is back', async () => {
    const { epoch } = await lab.list()
    await labFault(faultOf(['kill', 'controller']), lab.where)
    for (const device of devices) {
      const known = await atDevice(device)
      assert.deepEqual([known.epoch, known.standing], [epoch, 'holds'])
      assert.equal(known.items.find(({ name }) => name === 'launch')?.state, 'active')
    }
    const socket = agentSocket(lab.lab.folder, 'pe-3')
    assert.match(await refusal('device', 'policy', 'pe-3', '--apply', '--socket', socket), /intent "launch"/)
    await labFault(faultOf(['restart', 'controller']), lab.where)
    const back = await until(
      () => lab.list().catch(() => undefined),
      (list) => list !== undefined && list.devices.length === devices.length,
    )
    assert.equal(back!.epoch, epoch)
  })

  test('are undone to the set of before, at a new epoch', async () => {
    const { epoch } = await lab.list()
    await lab.vagus('intent', 'undo', '--home', lab.where.home)
    const list = await lab.list()
    assert.deepEqual(
      [list.epoch, list.items.map(({ name }) => name), list.devices.map((one) => one.epoch)],
      [epoch + 1, ['branch-line'], devices.map(() => epoch + 1)],
    )
  })
})
