/**
 * Intents at a border that fills, in a lab of FRR (`npm run soak -- intents`): a pinned prefix stays while another is moved in
 * its place, and within a freeze no router gets a MED, whether its controller knows of the freeze or not.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import type { IntentItem } from '@vagus/api/intent'
import { eventually } from '../../../scripts/eventually.ts'
import { faultOf, labFault } from '../src/index.ts'
import { labPaths } from '../src/spec.ts'
import { sameRoutes } from '../src/steer/routes.ts'
import { Scene } from '../src/steer/scene.ts'
import { intentsLab } from './intents-scene.ts'

/** Of the site office, to which half of the surge goes. */
const pinned = '10.16.0.0/16'
const pin = `
  - name: keep-office
    pin: { prefix: ${pinned}, only: [pe-1-tr-1] }
`
const freeze = `
  - name: launch
    because: launch of 12.4
    freeze: {}
`
const slowest = 240_000

export async function playIntents(say: (line: string) => void): Promise<void> {
  const traffic = { seed: 1, matrix: 'gravity', load: 0.1 } as const
  const lab = await intentsLab('intents', '127.0.0.1:17919', ['controller', 'exporters', 'devices', 'traffic'], traffic)
  try {
    const scene = await Scene.of(lab.lab, lab.where, { onNews: say })
    await scene.watch.ready(slowest)
    const connected = async () => (await lab.list()).devices.length === 3
    await eventually('the agents are connected', connected, { seconds: 120 })
    say(await lab.apply(`intents:${pin}${freeze}`))
    const usual = await scene.told()
    await scene.surge()
    const { proposal } = await scene.watch.proposed(slowest)
    say(`${proposal.id}: ${proposal.moves.map(({ prefix, from, to }) => `${prefix} ${from} → ${to}`).join(', ')}`)
    assert.ok(proposal.moves.length > 0 && proposal.moves.every(({ prefix }) => prefix !== pinned))
    const shaped = proposal.intents?.map(({ intent, effect }) => `${intent}: ${effect}`) ?? []
    say(`shaped by ${shaped.join('; ')}`)

    const refused = async (): Promise<string> => {
      const open = await scene.watch.proposed(slowest)
      return scene.approve(open.proposal.id, 600).then(
        () => assert.fail('it was approved'),
        (error: Error) => error.message,
      )
    }
    const byController = await refused()
    assert.match(byController, /intent "launch": no MED is set \(launch of 12\.4\)/)
    say(`refused by the controller: ${byController}`)

    // A controller that obeys nobody asks; the routers' agents hold it to the intents all the same.
    const file = labPaths(lab.lab.folder).config
    const config = readFileSync(file, 'utf8')
    writeFileSync(file, config.replace(/^intents:\n {2}owner: .*\n/m, ''))
    await labFault(faultOf(['kill', 'controller']), lab.where)
    await labFault(faultOf(['restart', 'controller']), lab.where)
    await eventually('the agents are connected', async () => (await scene.watch.connected()).length === 3, {
      seconds: 120,
    })
    const byDevices = await refused()
    assert.match(byDevices, /intent "launch".*POLICY/)
    say(`refused by a device: ${byDevices}`)
    assert.ok(sameRoutes(usual, await scene.told()), 'the neighbour was told something')

    writeFileSync(file, config)
    await labFault(faultOf(['kill', 'controller']), lab.where)
    await labFault(faultOf(['restart', 'controller']), lab.where)
    await eventually('the agents are connected', connected, { seconds: 120 })
    say(await lab.apply(`intents:${pin}`))
    const { proposal: last } = await scene.watch.proposed(slowest)
    assert.ok(last.moves.every(({ prefix }) => prefix !== pinned))
    const { leases } = await scene.approve(last.id, 600)
    assert.ok(leases.length > 0 && leases.every(({ prefix }) => prefix !== pinned))
    const met = async (): Promise<IntentItem | undefined> =>
      (await lab.list()).items.find(
        ({ name, evidence }) => name === 'keep-office' && evidence?.includes('enters') === true,
      )
    const item = await eventually('it is seen where the pinned prefix enters', met, { seconds: 120 })
    say(`keep-office is ${item.state}: ${item.evidence}`)
    assert.equal(item.state, 'active')
  } finally {
    await lab.down()
  }
}
