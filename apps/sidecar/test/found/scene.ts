/** Agents on a virtual network, their documents in a folder, and a side-car that calls them by what they claim. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderLookup } from '@vagus/lookup'
import { identityOf } from '../../../../packages/lookup/test/identities.ts'
import { findRuleOf } from '../../src/index.ts'
import { endServer, listening, sidecar } from '../sidecars.ts'
import { VirtualNetwork } from '../virtual-network.ts'

interface Options {
  readonly skills?: readonly string[]
  readonly alsoKnownAs?: readonly string[]
  readonly listener?: (executed: string[]) => RequestListener
}

interface Asked {
  readonly method?: string
  readonly id?: unknown
  readonly params?: { readonly id?: string; readonly message?: Readonly<Record<string, string>> }
}

/** Tasks over JSON-RPC as A2A 1.0 has them, each answered at once. It says that somebody else answers. */
const taskServer =
  (executed: string[]): RequestListener =>
  (request, response) => {
    let text = ''
    request.on('data', (part: Buffer) => (text += part.toString()))
    request.on('end', () => {
      const { method, params: { id: asked, message } = {}, id } = JSON.parse(text || '{}') as Asked
      if (message !== undefined) executed.push(message['messageId']!)
      const task = {
        id: message === undefined ? asked : (message['taskId'] ?? `task-${message['messageId']}`),
        contextId: message?.['contextId'] ?? `context-${message?.['messageId']}`,
        status: { state: 'TASK_STATE_WORKING' },
      }
      response.setHeader('content-type', 'application/json')
      for (const field of ['vagus-answered-by', 'Vagus_Answered_By']) response.setHeader(field, 'did:key:somebody-else')
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'GetTask' ? task : { task } }))
    })
  }

interface WorkerPlace {
  readonly network: VirtualNetwork
  readonly folder: string
  /** Its number; its name is `worker-NUMBER`. */
  readonly at: number
}

async function openWorker({ network, folder, at }: WorkerPlace, options: Options) {
  const { skills = ['report.write'], alsoKnownAs = [], listener = taskServer } = options
  const name = `worker-${at}`
  const iat = Math.floor(Date.now() / 1000)
  const { id, document } = identityOf(at * 2, { iat, exp: iat + 3600, skills, alsoKnownAs })
  writeFileSync(join(folder, `${name}.jws`), document)
  /** Ids of the messages that its server was sent. */
  const executed: string[] = []
  const { server, url } = await listening(listener(executed))
  const openSide = () =>
    sidecar(network, id.replace('did:key:', ''), {
      exposed: { a2a: url },
      notes: join(folder, `${name}.sqlite`),
    })
  let side: Awaited<ReturnType<typeof openSide>> | undefined = await openSide()
  /** As kill -9 does. */
  const kill = (): void => {
    side?.kill()
    side = undefined
  }
  return {
    id,
    executed,
    kill,
    open: async (): Promise<void> => void (side = await openSide()),
    endServer: () => endServer(server),
    close: () => {
      kill()
      endServer(server)
    },
  }
}

/** @param find words of `--find` @param workers what each claims */
export async function openScene(find: readonly string[], workers: readonly Options[]) {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-found-'))
  const network = new VirtualNetwork()
  const opened = await Promise.all(workers.map((options, at) => openWorker({ network, folder, at }, options)))
  const source = folderLookup(folder)
  const sources = { '@host': [], '@lookup': [source], '@controller': [], '@roster': [] }
  const openCaller = (words: readonly string[]) => {
    const rules = words.map((word) => findRuleOf(word)!)
    return sidecar(network, 'asker', { lookup: source, notes: join(folder, 'asker.sqlite'), find: { rules, sources } })
  }
  let caller = await openCaller(find)
  const post = (body: object, word = 'skill:report.write'): Promise<Response> =>
    fetch(`${caller.url}/agents/${word}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'a2a-version': '1.0' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
    })
  return {
    workers: opened,
    url: () => caller.url,
    /** Ends the side-car that calls, as kill -9 does, and starts it again. */
    restart: async (words = find) => {
      caller.kill()
      caller = await openCaller(words)
    },
    send: (message: object = {}, word?: string) =>
      post({ method: 'SendMessage', params: { message: { messageId: randomUUID(), ...message } } }, word),
    getTask: (id: string) => post({ method: 'GetTask', params: { id } }),
    close: () => {
      caller.kill()
      for (const worker of opened) worker.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
