/**
 * The process of one access link: `node main.ts OPTIONS`, with `EmulatorOptions` and the path of its control socket as
 * JSON. The socket takes one request per line and answers each with the fates of the packets so far.
 * @module
 */
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { setPriority } from 'node:os'
import { readLines } from '../control/lines.ts'
import { type EmulatorOptions, startEmulator } from './emulator.ts'
import type { EmulatorRequest } from './emulator-control.ts'

const options = JSON.parse(process.argv[2]!) as EmulatorOptions & { readonly control: string } // written by the lab
try {
  setPriority(-15) // waiting for a processor adds to the delay of the link
} catch {} // never allowed in a user namespace (frr-userns): there delays are as exact as the machine is idle
const emulator = startEmulator(options)

rmSync(options.control, { force: true }) // left by a killed process
createServer((socket) => {
  socket.on('error', () => {}) // the client has gone; 'close' follows
  readLines(socket, (line) => {
    const { state } = JSON.parse(line) as EmulatorRequest
    if (state !== undefined) emulator.setState(state)
    socket.write(`${JSON.stringify(emulator.fates())}\n`)
  })
}).listen(options.control)
