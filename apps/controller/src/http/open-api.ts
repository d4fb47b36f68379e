/** Opens the HTTP API where the configuration has it listen. @module */
import type { Config } from '@vagus/api'
import type { Tracer } from '@vagus/observability'
import { parseHttpEndpoint } from '../config/endpoint.ts'
import { createApp } from './app.ts'
import type { Backend } from './backend.ts'
import { ownHostsAt } from './host-check.ts'
import { writeOperatorKey } from './operator-key.ts'
import { serveHttp } from './serve.ts'
import { traced } from './traced.ts'
import { WaitingRoom } from './waiting-room.ts'

interface ApiParts {
  readonly config: Config
  /** Folder of the state, for the operator's key. */
  readonly home: string
  /** Takes a line for people. */
  readonly report: (line: string) => void
  /** It closes with these. */
  readonly opened: AsyncDisposableStack
}

export interface OpenApi {
  /** `127.0.0.1:7600` or `unix:PATH`, with the port that the kernel chose. */
  readonly address: string
  /** Answers as over HTTP, for who asks in this process. */
  readonly fetch: (request: Request) => Response | Promise<Response>
}

/** @throws {UnavailableError} when it cannot listen */
export async function openApi(
  { config, home, report, opened }: ApiParts,
  backend: Backend,
  {
    version,
    console,
    tracer,
  }: {
    readonly version: string
    readonly console?: string | undefined
    readonly tracer?: Tracer | undefined
  },
): Promise<OpenApi> {
  const endpoint = parseHttpEndpoint(config.listen)
  const stopping = new AbortController()
  const waitingRoom = new WaitingRoom()
  const app = createApp(backend, {
    version,
    hosts: ownHostsAt(endpoint),
    hostNames: config.hosts,
    operatorKey: writeOperatorKey(home, report),
    console,
    waitingRoom,
    signal: stopping.signal,
    now: Date.now,
    onError: (error) => report(`${error.name}: ${error.message}`),
  })
  const http = await serveHttp(traced(tracer, 'controller.api', app.fetch), endpoint, { waitingRoom })
  opened.defer(() => http.stop())
  opened.defer(() => stopping.abort())
  return { address: http.address, fetch: (request) => app.fetch(request) }
}
