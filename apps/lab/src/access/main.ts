/**
 * The process of one access link: `node main.ts OPTIONS`, with `EmulatorOptions` and the path of its control socket as
 * JSON. The socket takes one request per line and answers each with the fates of the packets so far.
 * @module
 */
import { setPriority } from 'node:os'
import { serveLines } from '../control/line-socket.ts'
import { LabError } from '../errors.ts'
import { type EmulatorOptions, startEmulator } from './emulator.ts'

const options = JSON.parse(process.argv[2]!) as EmulatorOptions & { readonly control: string } // written by the lab
try {
  setPriority(-15) // waiting for a processor adds to the delay of the link
} catch {} // never allowed in a user namespace (frr-userns): there delays are as exact as the machine is idle
const emulator = startEmulator(options)

await serveLines(options.control, ({ state }) => {
  if (state === 'alive' || state === 'dead') emulator.setState(state)
  else if (state !== undefined) throw new LabError('usage', '"state" must be alive or dead')
  return emulator.fates()
})
