/** Writes the controller's events to a file, a JSON a line, and goes on where it was when the controller is back. @module */
import { appendFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { EventSplitter, fieldsOf } from '@vagus/wire/event-stream'

const { request } = process.getBuiltinModule('node:http')

/** Milliseconds until it is asked again: it starts, or was killed. */
const every = 500
/** Octets of the longest event; real ones have some hundred. */
const longest = 1_048_576

/** @param socket path of the controller's socket @param file to which lines are added */
export async function followEvents(socket: string, file: string, signal: AbortSignal): Promise<void> {
  let last = '0'
  while (!signal.aborted) {
    try {
      for await (const { id, type, data } of eventsOf(await open(socket, last, signal))) {
        last = id ?? last
        if (type === '' && data !== undefined) appendFileSync(file, `${data}\n`)
      }
    } catch {} // it is away
    await sleep(every, undefined, { signal }).catch(() => {})
  }
}

function open(socketPath: string, last: string, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = { accept: 'text/event-stream', 'last-event-id': last }
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/v1/events', headers, signal })
      .once('response', (response) => {
        if (response.statusCode === 200) return resolve(response)
        response.resume() // else its connection would stay, and each look would add one
        return reject(new Error(`status ${response.statusCode}`))
      })
      .once('error', reject)
      .end()
  })
}

async function* eventsOf(response: IncomingMessage) {
  const splitter = new EventSplitter(longest)
  for await (const octets of response as AsyncIterable<Buffer>)
    for (const event of splitter.push(octets)) yield fieldsOf(event)
}
