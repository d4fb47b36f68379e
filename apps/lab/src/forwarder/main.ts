/**
 * The forwarder of a detached lab: `node main.ts LISTEN CONTROLLER-SOCKET CONTROL-SOCKET`. Prints `listening`, or the
 * reason why not, and ends with the lab.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { connectControl, follow } from '../control/client.ts'
import { LabError } from '../errors.ts'
import { forward } from './forward.ts'

const [listen, controller, control] = process.argv.slice(2) as [string, string, string]
/** Milliseconds until the lab must have made its control socket. */
const patience = 15_000

try {
  await forward(listen, controller)
} catch (error) {
  process.stdout.write(`${JSON.stringify({ code: (error as LabError).code, message: (error as Error).message })}\n`)
  process.exit(1)
}
process.stdout.write('"listening"\n')
const deadline = performance.now() + patience
for (;;) {
  const socket = await connectControl(control)
  if (socket !== undefined) {
    follow(
      socket,
      'onlooker',
      () => {},
      () => process.exit(0),
    )
    break
  }
  if (performance.now() > deadline) process.exit(1)
  await sleep(50)
}
