import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { ResponseWriter } from '../../src/local/response-writer.ts'
import type { HeaderFields } from '../../src/wire/header-fields.ts'

/** A response with these fields; `wait` lets time pass in which nothing comes, and answers what was written meanwhile. */
function response(t: TestContext, headers: HeaderFields) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const outer = new ServerResponse(new IncomingMessage(new Socket()))
  t.after(() => outer.destroy())
  let written = ''
  t.mock.method(outer, 'write', (octets: Uint8Array) => {
    written += Buffer.from(octets).toString()
    return true
  })
  const writer = new ResponseWriter(outer, {})
  writer.head({ status: 200, reason: 'OK', headers, exposed: '' })
  const taken = (): string => {
    const text = written
    written = ''
    return text
  }
  return {
    writer,
    outer,
    taken,
    wait: (seconds: number): string => {
      for (let passed = 0; passed < seconds; passed++) t.mock.timers.tick(1000)
      return taken()
    },
  }
}
const events: HeaderFields = [['Content-Type', 'text/event-stream; charset=utf-8']]

describe('a stream of events to a local program', () => {
  test('has a comment for each 15 s in which no event comes, so that nobody gives up on an agent that thinks', async (t) => {
    const { writer, wait, taken } = response(t, events)
    assert.equal(wait(29), '')
    assert.equal(wait(600), ':\n\n'.repeat(40), 'before the first event, too')
    await writer.event(Buffer.from('data: 1\n\n'), 'a.1')
    assert.equal(taken(), 'id: a.1\ndata: 1\n\n')
    assert.equal(wait(15), '')
    assert.equal(wait(15), ':\n\n')
  })
  test('has none within an event that comes in pieces, and none when it is over', async (t) => {
    const { writer, outer, wait, taken } = response(t, events)
    await writer.event(Buffer.from('data: 1'), undefined)
    assert.equal(wait(60), 'data: 1')
    await writer.event(Buffer.from('2\n\n'), undefined)
    assert.equal(taken(), '2\n\n')
    outer.emit('close')
    assert.equal(wait(60), '')
  })
  test('has no id within an event that comes in pieces, nor before it', async (t) => {
    const { writer, taken } = response(t, events)
    await writer.event(Buffer.from('data: {"a":'), 'a.1')
    await writer.event(Buffer.from(' 1}\n\n'), 'a.2')
    await writer.event(Buffer.from('data: 2\n\n'), 'a.3')
    assert.equal(taken(), 'data: {"a": 1}\n\nid: a.3\ndata: 2\n\n')
  })
  for (const [what, headers] of [
    ['JSON', [['content-type', 'application/json']]],
    ['events in a coding', [...events, ['content-encoding', 'gzip']]],
  ] as const)
    test(`has no comments where it is ${what}`, (t) => assert.equal(response(t, headers).wait(600), ''))
})

describe('the head of a response', () => {
  const given: HeaderFields = [
    ['Content-Type', 'text/html'],
    ['Set-Cookie', 'a=b'],
    ['content-security-policy', "default-src 'self'"],
    ['X-Own', '1'],
  ]
  const fieldsFor = (reader: 'program' | 'browser'): object => {
    const outer = new ServerResponse(new IncomingMessage(new Socket()))
    let fields: readonly string[] = []
    const writeHead = outer.writeHead.bind(outer)
    outer.writeHead = (...args: readonly unknown[]) => {
      fields = args[2] as readonly string[]
      return writeHead(200)
    }
    new ResponseWriter(outer, { reader }).head({ status: 200, reason: 'OK', headers: given, exposed: '' })
    outer.destroy()
    return fields
  }

  test('goes to a program as the agent gave it', () => {
    assert.deepEqual(fieldsFor('program'), given.flat())
  })

  test('gives a browser no cookie, and a page of it no rights, whatever the agent says', () => {
    const wanted: HeaderFields = [
      ['Content-Type', 'text/html'],
      ['X-Own', '1'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Content-Security-Policy', 'sandbox'],
    ]
    assert.deepEqual(fieldsFor('browser'), wanted.flat())
  })
})
