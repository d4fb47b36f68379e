/**
 * Says when datagrams begin to come in over an interface. Arguments: INTERFACE OCTETS. One line of JSON for each beginning:
 * the time in milliseconds since 1970 of the reading that saw it. A beginning is two readings in a row with at least
 * OCTETS more, after none for 50 ms.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { readInterfaceCounters } from '@vagus/linux'

const [name = '', octets = '0'] = process.argv.slice(2)
const least = BigInt(octets)
const now = (): number => performance.timeOrigin + performance.now()
const read = (): bigint => readInterfaceCounters().find((one) => one.name === name)!.inOctets
let before = read()
let first = 0
let last = 0
process.stdin.on('end', () => process.exit(0)).resume()
process.stdout.write('ready\n')
for (;;) {
  await sleep(2)
  const [at, value] = [now(), read()]
  const isBusy = value - before >= least
  before = value
  if (!isBusy) {
    if (at - last > 50) first = 0
    continue
  }
  if (first === 0) first = at
  else if (last === first) process.stdout.write(`${JSON.stringify({ at: first })}\n`)
  last = at
}
