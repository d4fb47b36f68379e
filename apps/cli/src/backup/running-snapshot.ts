/** The snapshot of a running controller, which lasts while it is read. @module */
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { type Snapshot, snapshotSchema } from '@vagus/api/snapshot'
import { operatorKeyFile } from '@vagus/keyring/home'
import type { Client } from '../client.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'

export interface RunningSnapshot {
  readonly snapshot: Snapshot
  /** The controller then removes its files. */
  readonly release: () => void
}

/** @param home of the controller @throws {Failure} denied where its key cannot be read; as the client */
export async function runningSnapshot(
  client: Client,
  home: string,
  flows: 'with' | 'without',
): Promise<RunningSnapshot> {
  const answer = await client.hold('/v1/snapshot', { flows }, keyIn(home))
  const release = (): void => void answer.destroy()
  try {
    const read = snapshotSchema.safeParse(JSON.parse(await firstLine(answer)))
    if (read.success) return { snapshot: read.data, release }
    throw new Failure(exitCode.failed, `${client.address.text} answers with no snapshot`, 'vagus version')
  } catch (error) {
    release()
    throw error
  }
}

function keyIn(home: string): string {
  const file = operatorKeyFile(home)
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const problem = `a controller runs on ${home}, and ${file}, its operator's key, cannot be read: ${(error as NodeJS.ErrnoException).code}`
    throw new Failure(exitCode.denied, problem, 'on its host, as its user or as root: vagus backup FILE', error)
  }
}

/** What follows is read and dropped: it only says that the controller is there. */
function firstLine(answer: IncomingMessage): Promise<string> {
  let text = ''
  return new Promise((resolve, reject) => {
    answer.setEncoding('utf8')
    answer.on('data', (part: string) => {
      if (!text.includes('\n')) text += part
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    answer.on('error', reject)
    answer.on('close', () => reject(new Failure(exitCode.failed, 'the controller stopped', 'vagus events')))
  })
}
