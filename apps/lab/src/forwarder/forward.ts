/**
 * Forwards TCP connections to a Unix socket: how console and API of the controller in the lab are reached from outside.
 * @module
 */
import { connect, createServer, type Socket } from 'node:net'
import { type AddressError, parseEndpoint } from '@vagus/address'
import { LabError } from '../errors.ts'

/** More at a time are closed at once; a browser opens six. */
const maxConnections = 256

/** ADDRESS:PORT or [ADDRESS]:PORT. Throws `LabError` `usage`. */
export function parseListen(text: string): { readonly host: string; readonly port: number } {
  try {
    const { address, port } = parseEndpoint(text, 1)
    return { host: address, port }
  } catch (cause) {
    throw new LabError('usage', `--listen: ${(cause as AddressError).message}`, { cause })
  }
}

export interface Forwarder {
  /** Ends it with all its connections. */
  readonly close: () => void
}

/** Settles when `listen` is bound. Throws `LabError` `address-in-use` when somebody else has it. */
export function forward(listen: string, socketPath: string): Promise<Forwarder> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (outside) => {
    const inside = connect({ path: socketPath, allowHalfOpen: true })
    open.add(outside)
    outside.once('close', () => open.delete(outside))
    join(outside, inside)
    join(inside, outside)
  })
  server.maxConnections = maxConnections
  const close = (): void => {
    server.close()
    for (const socket of open) socket.destroy()
  }
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusalOf(error, listen)))
    server.listen(parseListen(listen), () => resolve({ close }))
  })
}

/** Checks that `listen` can be bound now, for callers with much to do before. Throws as `forward`. */
export async function checkListen(listen: string): Promise<void> {
  const { close } = await forward(listen, '')
  close()
}

/** Passes data and end of `from` on to `to`; when one is gone, the other closes after it has sent everything. */
function join(from: Socket, to: Socket): void {
  from.setNoDelay(true)
  from.pipe(to)
  from.on('error', () => to.destroy())
  from.on('close', () => to.destroySoon())
}

function refusalOf(error: NodeJS.ErrnoException, listen: string): LabError {
  if (error.code === 'EADDRINUSE') {
    return new LabError('address-in-use', `${listen} is in use; choose another with --listen ADDRESS:PORT`)
  }
  return new LabError('failed', `cannot listen on ${listen}: ${error.message}`, { cause: error })
}
