/**
 * Twelve tasks as agents do them: which messages go which way, how long they are, and how long each side thinks. Sizes are
 * octets of what programs write (A2A and MCP as JSON), pauses milliseconds. They are chosen by us, not measured at users.
 * @module
 */
import type { TrafficClass } from '../../packages/channel/src/index.ts'
import type { Draws } from './draws.ts'

export interface Message {
  readonly from: 'caller' | 'called'
  readonly octets: number
  /** Milliseconds after the message before it: after it was written, or, if the other side wrote it, after it arrived. */
  readonly pause: number
}

/** One call after the other. */
export interface Call {
  readonly by: 'agent' | 'peer'
  readonly class: TrafficClass
  /** `datagrams` all come from the caller. */
  readonly over: 'stream' | 'datagrams'
  readonly messages: readonly Message[]
}

export type Task = readonly Call[]

/** What differs between agents that do the same tasks: factors of sizes and of pauses. */
export interface Manner {
  readonly asks: number
  readonly answers: number
  readonly pauses: number
}

const plainManner: Manner = { asks: 1, answers: 1, pauses: 1 }

export const taskNames = [
  'chat turn',
  'streamed tokens',
  'small tool call',
  'tool call with a big result',
  'file sent',
  'file fetched',
  'telemetry',
  'group message',
  'long poll',
  'negotiation',
  'delegated task',
  'tools listed',
] as const
export type TaskName = (typeof taskNames)[number]

/** A message sizes up with what its writer is like. */
const asks = ({ asks: factor }: Manner, octets: number, pause: number): Message => ({
  from: 'caller',
  octets: Math.max(1, Math.round(octets * factor)),
  pause,
})
const answers = ({ answers: factor, pauses }: Manner, octets: number, pause: number): Message => ({
  from: 'called',
  octets: Math.max(1, Math.round(octets * factor)),
  pause: pause * pauses,
})
const call = (by: Call['by'], messages: readonly Message[], name: TrafficClass = 'call'): Call => ({
  by,
  class: name,
  over: 'stream',
  messages,
})
const times = <Value>(count: number, make: (at: number) => Value): readonly Value[] =>
  Array.from({ length: count }, (_, at) => make(at))

/** Longest file, so that one run does not outweigh all others. */
const longest = 1_500_000
const file = (draws: Draws): number => Math.min(draws.about(200_000, 0.8), longest)

const makers: Readonly<Record<TaskName, (draws: Draws, manner: Manner) => Task>> = {
  'chat turn': (draws, manner) => [
    call(
      'agent',
      [asks(manner, draws.about(900, 0.6), 0), answers(manner, draws.about(1800, 0.7), draws.about(2500, 0.6))],
      'dialogue',
    ),
  ],
  'streamed tokens': (draws, manner) => {
    const pause = 1000 / draws.between(15, 50)
    return [
      call(
        'agent',
        [
          asks(manner, draws.about(900, 0.6), 0),
          ...times(draws.count(40, 300), (at) =>
            answers(manner, draws.about(250, 0.1), at === 0 ? draws.about(700, 0.4) : draws.about(pause, 0.4)),
          ),
        ],
        'dialogue',
      ),
    ]
  },
  'small tool call': (draws, manner) => [
    call('agent', [
      asks(manner, draws.about(280, 0.4), 0),
      answers(manner, draws.about(420, 0.5), draws.about(120, 0.8)),
    ]),
  ],
  'tool call with a big result': (draws, manner) => [
    call('agent', [
      asks(manner, draws.about(300, 0.4), 0),
      answers(manner, draws.about(40_000, 0.8), draws.about(600, 0.8)),
    ]),
  ],
  'file sent': (draws, manner) => [
    call('agent', [asks(manner, file(draws), 0), answers(manner, draws.about(200, 0.2), draws.about(80, 0.5))], 'bulk'),
  ],
  'file fetched': (draws, manner) => [
    call('agent', [asks(manner, draws.about(220, 0.3), 0), answers(manner, file(draws), draws.about(60, 0.5))], 'bulk'),
  ],
  telemetry: (draws, manner) => {
    const period = draws.one([1000, 2000, 5000]) * manner.pauses
    return [
      {
        by: 'agent',
        class: 'telemetry',
        over: 'datagrams',
        messages: times(draws.count(8, 20), (at) =>
          asks(manner, draws.about(210, 0.1), at === 0 ? 0 : period + draws.between(-20, 20)),
        ),
      },
    ]
  },
  'group message': (draws, manner) => [
    call('peer', [asks(manner, draws.about(700, 0.6), 0), answers(manner, 90, draws.about(15, 0.5))], 'dialogue'),
    ...times(draws.count(0, 2), () =>
      call(
        draws.one(['agent', 'peer']),
        [asks(manner, draws.about(500, 0.6), draws.about(3000, 0.7)), answers(manner, 90, draws.about(15, 0.5))],
        'dialogue',
      ),
    ),
  ],
  'long poll': (draws, manner) =>
    times(draws.count(2, 4), () =>
      call('agent', [
        asks(manner, draws.about(180, 0.1), draws.between(5, 50)),
        answers(manner, draws.one([120, draws.about(500, 0.4)]), Math.min(draws.wait(12_000), 30_000)),
      ]),
    ),
  negotiation: (draws, manner) => [
    call(
      'agent',
      times(2 * draws.count(2, 6), (at) =>
        at % 2 === 0
          ? asks(manner, draws.about(140, 0.2), at === 0 ? 0 : draws.about(40, 0.6))
          : answers(manner, draws.about(140, 0.2), draws.about(40, 0.6)),
      ),
      'control',
    ),
  ],
  'delegated task': (draws, manner) => [
    call('agent', [
      asks(manner, draws.about(1400, 0.5), 0),
      ...times(draws.count(4, 15), () => answers(manner, draws.about(320, 0.2), draws.about(2000, 0.6))),
      answers(manner, draws.about(9000, 0.8), draws.about(1500, 0.6)),
    ]),
  ],
  'tools listed': (draws, manner) => [
    call('agent', [
      asks(manner, draws.about(330, 0.1), 0),
      answers(manner, draws.about(650, 0.3), draws.about(30, 0.5)),
    ]),
    call('agent', [asks(manner, 110, draws.about(5, 0.3)), answers(manner, 60, draws.about(5, 0.3))]),
    call('agent', [
      asks(manner, 120, draws.about(8, 0.3)),
      answers(manner, draws.about(12_000, 0.8), draws.about(25, 0.5)),
    ]),
  ],
}

export const taskOf = (name: TaskName, draws: Draws, manner: Manner = plainManner): Task => makers[name](draws, manner)

/** A tool of an MCP server: what it is asked and answers is about as long each time, and how long it takes says little. */
export function toolOf(own: Draws): (draws: Draws) => Task {
  const [asked, answered] = [own.about(250, 0.4), own.about(1500, 1)]
  return (draws) => [
    call('agent', [
      asks(plainManner, draws.about(asked, 0.1), 0),
      answers(plainManner, draws.about(answered, 0.15), draws.about(150, 0.6)),
    ]),
  ]
}

/** Octets that a record of an exchange adds to a message, and those of the record that opens one (channel/journal). */
const recordOctets = 13
const openOctets = 160

/**
 * As exchanges put it on a stream: the first message has the opening record before it, which the called side accepts at once,
 * and all are records. Datagrams have neither.
 */
export function framed(task: Task): Task {
  return task.map((call) => {
    if (call.over === 'datagrams') return call
    const [first, ...rest] = call.messages.map((message) => ({ ...message, octets: message.octets + recordOctets }))
    const accepted: Message = { from: 'called', octets: recordOctets, pause: 1 }
    return { ...call, messages: [{ ...first!, octets: first!.octets + openOctets }, accepted, ...rest] }
  })
}
