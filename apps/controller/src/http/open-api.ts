/** Opens the HTTP API where the configuration has it listen. @module */
import { join } from 'node:path'
import type { Config } from '@vagus/api'
import { TlsFiles, type TlsPaths } from '@vagus/keyring/tls-files'
import type { Tracer } from '@vagus/observability'
import { ConfigError } from '../config/config-error.ts'
import { parseHttpEndpoint } from '../config/endpoint.ts'
import { createApp } from './app.ts'
import type { EventDraft } from '../events/event-draft.ts'
import { openOperators } from '../operators/open-operators.ts'
import type { Backend } from './backend.ts'
import type { InProcess } from './gate.ts'
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
  readonly tell: (draft: EventDraft) => void
  /** It closes with these. */
  readonly opened: AsyncDisposableStack
}

export interface OpenApi {
  /** `127.0.0.1:7600` or `unix:PATH`, with the port that the kernel chose. */
  readonly address: string
  /** The same for this host, where a certificate stands for another name than its own. */
  readonly addressHere: string
  /** Answers as over HTTP, for who asks in this process. */
  readonly fetch: (request: Request) => Response | Promise<Response>
}

/** @throws {UnavailableError} when it cannot listen, {ConfigError} for a certificate or secret that cannot be used */
export async function openApi(
  { config, home, report, tell, opened }: ApiParts,
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
  const operatorKey = writeOperatorKey(home, report)
  const operators = openOperators({ config, home, operatorKey, tell, report })
  const tls = config.tls && tlsFilesOf(config.tls, report)
  const app = createApp(backend, {
    version,
    hosts: ownHostsAt(endpoint),
    hostNames: operators?.url === undefined ? config.hosts : [...config.hosts, operators.url.hostname],
    operatorKey,
    operators,
    console,
    waitingRoom,
    signal: stopping.signal,
    now: Date.now,
    onError: (error) => report(`${error.name}: ${error.message}`),
  })
  const http = await serveHttp(traced(tracer, 'controller.api', app.fetch), endpoint, { waitingRoom, tls })
  opened.defer(() => http.stop())
  // Its own side-car verifies no certificate of another name: it asks over a socket that nobody else opens.
  const here =
    tls === undefined || config.fleet === undefined
      ? undefined
      : await serveHttp(app.fetch, { kind: 'unix', path: join(home, 'api.sock') }, { waitingRoom })
  opened.defer(() => here?.stop())
  opened.defer(() => stopping.abort())
  return {
    address: tls === undefined ? http.address : `https://${http.address}`,
    addressHere: here?.address ?? http.address,
    fetch: (request) => app.fetch(request, { inProcess: true } satisfies InProcess),
  }
}

/** @throws {ConfigError} for files that cannot be used */
function tlsFilesOf(paths: TlsPaths, report: (line: string) => void): TlsFiles {
  const files = new TlsFiles(paths, (line) => report(`tls: ${line}`))
  try {
    files.read()
    return files
  } catch (error) {
    const problem = (error as Error).message
    throw new ConfigError([{ key: 'tls', source: 'vagus.yaml', line: undefined, column: undefined, problem }])
  }
}
