/**
 * The air of the scenario `vehicles`: all emulated access links in one process, `node main.ts OPTIONS`. Its control socket
 * takes a request a line, and answers with the octets on the air so far.
 * @module
 */
import { setPriority } from 'node:os'
import { frameHeaderOctets } from '@vagus/linux'
import { type EmulatorOptions, startEmulators } from '../../access/emulator.ts'
import { serveLines } from '../../control/line-socket.ts'
import { LabError } from '../../errors.ts'
import { type PeerName, peerNames } from '../peers.ts'
import { type AirAnswer, peerOf } from './frames.ts'

/** Written by the scenario. */
const { control, links } = JSON.parse(process.argv[2]!) as {
  readonly control: string
  readonly links: readonly EmulatorOptions[]
}
try {
  setPriority(-15) // as that of other access links
} catch {}
const octets = Object.fromEntries(peerNames.map((name) => [name, 0])) as Record<PeerName, number>
const emulators = startEmulators(links, (frame) => {
  const peer = peerOf(frame.subarray(frameHeaderOctets))
  if (peer !== undefined) octets[peer] += frame.length - frameHeaderOctets
})

await serveLines(control, ({ link, state }): AirAnswer => {
  if (link === undefined) return { octets }
  const emulator = typeof link === 'number' ? emulators[link] : undefined
  if (emulator === undefined) throw new LabError('usage', `"link" must be 0..${emulators.length - 1}`)
  if (state !== 'alive' && state !== 'dead') throw new LabError('usage', '"state" must be alive or dead')
  emulator.setState(state)
  return { octets }
})
process.stdout.write('ready\n')
