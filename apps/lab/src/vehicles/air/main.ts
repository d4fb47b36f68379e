/**
 * The air of the scenario `vehicles`: all emulated access links in one process, `node main.ts OPTIONS`. Its control socket
 * takes a request a line, and answers with what was on the air so far, and what that took of radios by the energy model.
 * @module
 */
import { setPriority } from 'node:os'
import { Meter } from '@vagus/channel'
import { accessProfiles } from '@vagus/channel/access-profile'
import { frameHeaderOctets } from '@vagus/linux'
import { startEmulators } from '../../access/emulator.ts'
import { serveLines } from '../../control/line-socket.ts'
import { LabError } from '../../errors.ts'
import { accessOfRadio } from '../network.ts'
import { type PeerName, recordOf } from '../peers.ts'
import { type AirAnswer, type AirLink, peerOf } from './frames.ts'

/** Written by the scenario. */
const { control, links } = JSON.parse(process.argv[2]!) as {
  readonly control: string
  readonly links: readonly AirLink[]
}
try {
  setPriority(-15) // as that of other access links
} catch {}
/** By link: what its radio takes for each peer, as if it were the only one. */
const meters = links.map(({ radio }) => recordOf(() => new Meter(accessProfiles[accessOfRadio[radio]])))
const octets: Record<PeerName, number> = recordOf(() => 0)
const emulators = startEmulators(links, (link, frame) => {
  const peer = peerOf(frame.subarray(frameHeaderOctets))
  if (peer === undefined) return
  octets[peer] += frame.length - frameHeaderOctets
  meters[link]![peer].packet(frame.length - frameHeaderOctets, Date.now())
})

await serveLines(control, ({ link, state }): AirAnswer => {
  const now = Date.now()
  const radios = meters.map((byPeer) => recordOf((peer) => byPeer[peer].consumption(now)))
  if (link === undefined) return { octets, radios }
  const emulator = typeof link === 'number' ? emulators[link] : undefined
  if (emulator === undefined) throw new LabError('usage', `"link" must be 0..${emulators.length - 1}`)
  if (state !== 'alive' && state !== 'dead') throw new LabError('usage', '"state" must be alive or dead')
  emulator.setState(state)
  return { octets, radios }
})
process.stdout.write('ready\n')
