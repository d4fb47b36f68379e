/** One question to an FRR daemon, over a connection of its own. @module */
import { Vty } from '@vagus/router'

/** The daemon's answer to `command`. @throws {RouterError} when it does not listen, hangs, or does not know the command */
export async function askDaemon(socketPath: string, command: string): Promise<string> {
  const vty = new Vty(socketPath)
  try {
    return await vty.ask(command)
  } finally {
    vty.close()
  }
}
