/**
 * Says when datagrams begin to come in over an interface, and when none come any more. Arguments: INTERFACE OCTETS. One
 * line of JSON for each: `is` busy or quiet, and `at`, the time in milliseconds since 1970 of the reading that saw it. A
 * beginning is two readings in a row with at least OCTETS more, after none for 50 ms. Only a beginning behind a line that
 * says `quiet` is sure to be told: what ends and begins again between two readings is not seen.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { readInterfaceCounters } from '@vagus/linux'

const [name = '', octets = '0'] = process.argv.slice(2)
const least = BigInt(octets)
const tell = (is: 'busy' | 'quiet', at: number): void => void process.stdout.write(`${JSON.stringify({ is, at })}\n`)
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
    if (first === 0 || at - last <= 50) continue
    if (last > first) tell('quiet', at)
    first = 0
    continue
  }
  if (first === 0) first = at
  else if (last === first) tell('busy', first)
  last = at
}
