/** Serves the built page and the answers of a fixture as the controller would, under the same policy. */
import { createReadStream, existsSync } from 'node:fs'
import type { Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { Event } from '@vagus/api'
import { Fixture } from './fixture.ts'

/** What the controller sends with the page. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

export class FixtureServer {
  readonly fixture = new Fixture()
  readonly #dist: string
  readonly #server: Server
  readonly #streams = new Set<ServerResponse>()
  /** `Last-Event-ID` of each stream that was opened. */
  readonly resumedFrom: string[] = []
  /** Paths that are answered with a problem. */
  readonly refused = new Set<string>()
  /** Whether it has operators, of whom nobody is signed in. */
  signedOut = false
  /** Paths that are not answered as long as they are here; `answerHeld` answers then. */
  readonly held = new Set<string>()
  readonly #waiting: (() => void)[] = []
  /** As a forwarder answers when the controller behind it is gone. */
  away = false
  /** How often each path was asked for. */
  readonly asked = new Map<string, number>()

  constructor(dist: string) {
    this.#dist = dist
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost')
      if (this.away && url.pathname.startsWith('/v1/')) {
        this.#note(url.pathname)
        response.writeHead(502).end()
        return
      }
      if (url.pathname === '/v1/events' && request.headers.accept?.includes('event-stream')) {
        this.#open(response, String(request.headers['last-event-id'] ?? ''))
      } else if (url.pathname.startsWith('/v1/')) {
        this.#note(url.pathname)
        if (this.held.has(url.pathname)) this.#waiting.push(() => this.#answer(url, response))
        else this.#answer(url, response)
      } else this.#file(url.pathname, response)
    })
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  answerHeld(): void {
    this.held.clear()
    for (const answer of this.#waiting.splice(0)) answer()
  }

  /** Puts an event into every open stream. */
  send(event: Event): void {
    for (const stream of this.#streams) stream.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`)
  }

  cutStreams(): void {
    for (const stream of this.#streams) stream.destroy()
  }

  #note(path: string): void {
    this.asked.set(path, (this.asked.get(path) ?? 0) + 1)
  }

  #open(response: ServerResponse, lastId: string): void {
    this.resumedFrom.push(lastId)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': hello\n\n')
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
    for (const event of this.fixture.events.filter(({ id }) => id > Number(lastId)))
      response.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`)
  }

  #answer(url: URL, response: ServerResponse): void {
    if (this.refused.has(url.pathname)) {
      response.writeHead(503, { 'content-type': 'application/problem+json' })
      response.end(
        JSON.stringify({ type: 'about:blank', title: 'Not ready', status: 503, detail: 'the store replays its log' }),
      )
      return
    }
    if (this.signedOut) {
      response.writeHead(401, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ type: 'about:blank', title: 'Unauthorized', status: 401, detail: 'sign in' }))
      return
    }
    const resource = this.fixture.answer(url)
    response.writeHead(resource === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(resource ?? { type: 'about:blank', title: 'Not Found', status: 404 }))
  }

  #file(path: string, response: ServerResponse): void {
    const file = join(this.#dist, normalize(path === '/' ? '/index.html' : path))
    if (!existsSync(file)) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, {
      'content-type': mediaTypes[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': policy,
    })
    createReadStream(file).pipe(response)
  }
}
