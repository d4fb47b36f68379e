/**
 * The skill `insight`: a question about traffic, answered from the same resources as the tools of MCP. Few are asked at
 * once; those that wait go by their priority. Where the resources fail again and again, a breaker answers for them.
 * @module
 */
import type { Ask } from '../../mcp/answer.ts'
import { answerOf } from '../../mcp/answer.ts'
import { tools } from '../../mcp/tools.ts'
import { ProblemError, problemOf } from '../../http/problem.ts'
import type { Skill, Wanted } from '../skill.ts'
import { priorities, type Priority, type TaskChange } from '../task.ts'
import { Breaker } from './breaker.ts'
import { insightText } from './insight-text.ts'

export interface InsightParts {
  /** Asks the HTTP API of this process, which only reads there. */
  readonly ask: Ask
  /** Milliseconds that only grow. */
  readonly clock: () => number
}

/** Questions and the tools that answer them. */
const questions: Readonly<Record<string, string>> = {
  status: 'network_status',
  matrix: 'network_matrix',
  top: 'network_top_flows',
  'ipv6-share': 'network_ipv6_share',
  series: 'network_traffic_series',
  links: 'network_links',
  'transfer-time': 'network_transfer_time',
}
/** Answered at once. */
const maxAtOnce = 2
/** Of one agent, so that the others are answered, too, whatever priority it gives its own. */
const maxOfOne = 1
/** For one answer, milliseconds. */
const patience = 30_000

interface Waiting {
  readonly agent: string
  readonly priority: Priority
  readonly go: () => void
}

export function insightSkill({ ask, clock }: InsightParts): Skill {
  const breaker = new Breaker()
  /** Agents whose questions are being answered. */
  const running: string[] = []
  /** As many as there are open tasks. */
  const waiting: Waiting[] = []

  function next(): void {
    const ready = waiting.filter(({ agent }) => running.filter((one) => one === agent).length < maxOfOne)
    const [first] = ready.toSorted((one, other) => rank(other) - rank(one))
    if (first === undefined || running.length >= maxAtOnce) return
    waiting.splice(waiting.indexOf(first), 1)
    running.push(first.agent)
    first.go()
  }

  /** @throws what `signal` is aborted with: the task is over before its turn came */
  async function inTurn<Answer>(
    { agent, priority }: Pick<Waiting, 'agent' | 'priority'>,
    signal: AbortSignal,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    const turn = Promise.withResolvers<void>()
    const mine = { agent, priority, go: turn.resolve }
    const leave = (): void => {
      const at = waiting.indexOf(mine)
      if (at < 0) return
      waiting.splice(at, 1)
      turn.reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    waiting.push(mine)
    next()
    try {
      await turn.promise
    } finally {
      signal.removeEventListener('abort', leave)
    }
    try {
      return await work()
    } finally {
      running.splice(running.indexOf(agent), 1)
      next()
    }
  }

  async function answered(task: string, question: string, args: object, signal: AbortSignal): Promise<TaskChange> {
    const wait = breaker.wait(clock())
    if (wait > 0) {
      const again = `it is asked again in ${Math.ceil(wait / 1000)} s`
      throw new ProblemError(problemOf(503, `the store of flows does not answer; ${again}. Live figures: MCP at /mcp`))
    }
    const tool = tools.find(({ name }) => name === questions[question])!
    let status = 200
    const noted: Ask = async (...asked) => {
      const response = await ask(...asked)
      ;({ status } = response)
      return response
    }
    const within = AbortSignal.any([signal, AbortSignal.timeout(patience)])
    const { isError, structuredContent, content } = await answerOf(tool, args, noted, within).catch(
      (error: unknown) => {
        if (!signal.aborted) breaker.failed(clock())
        if (!within.aborted || signal.aborted) throw error
        throw new ProblemError(
          problemOf(503, `there was no answer within ${patience / 1000} s; ask of a shorter window`),
        )
      },
    )
    if (status >= 500) breaker.failed(clock())
    else breaker.succeeded()
    const [first] = content
    const said = first?.type === 'text' ? first.text : ''
    if (isError === true) throw new ProblemError(problemOf(status >= 500 ? 503 : 400, said))
    const text = insightText(question, structuredContent as Readonly<Record<string, unknown>>)
    const parts = [
      { text, mediaType: 'text/plain' },
      { data: structuredContent, mediaType: 'application/json' },
    ]
    return { state: 'completed', text, artifacts: [{ id: `${task}-answer`, name: question, parts }] }
  }

  return {
    id: 'insight',
    card: {
      name: 'Questions about traffic',
      description:
        `Answers a question with figures and a sentence. Data: {question: ${Object.keys(questions).join('|')}, …}, with what ` +
        'the MCP tool of the same name takes, such as {question: "top", by: "srcSite", window: "1h"}, or ' +
        '{question: "transfer-time", from: "dc-east", to: "dc-west,dc-north", octets: 20000000, lineRate: 5000000}.',
      tags: ['network', 'traffic', 'ipv6'],
      examples: ['how much of the traffic is IPv6?', 'which site sends most in the last 1h?'],
    },
    claims: (wanted) => questionOf(wanted) !== undefined,
    async take({ id, agent, priority }, wanted, signal) {
      const question = questionOf(wanted)
      if (question === undefined || !Object.hasOwn(questions, question)) {
        const known = Object.keys(questions).join(', ')
        throw new ProblemError(problemOf(400, `there is no question "${question ?? wanted.text}"; there are ${known}`))
      }
      const { question: _, ...given } = wanted.data
      const args = Object.keys(wanted.data).length === 0 ? argumentsIn(wanted.text, question) : given
      return inTurn({ agent, priority }, signal, () => answered(id, question, args, signal))
    },
  }
}

const rank = ({ priority }: Waiting): number => priorities.indexOf(priority)

function questionOf({ text, data }: Wanted): string | undefined {
  if (typeof data['question'] === 'string') return data['question']
  if (/\bmatrix\b|\bbetween (the )?sites\b/i.test(text)) return 'matrix'
  if (/\bipv[46]\b/i.test(text)) return 'ipv6-share'
  if (/\b(most|top|largest|biggest|who)\b/i.test(text)) return 'top'
  if (/\bover time\b|\btrend\b/i.test(text)) return 'series'
  if (/\blinks?\b/i.test(text)) return 'links'
  return /\b(status|how is the network)\b/i.test(text) ? 'status' : undefined
}

/** The window that the text names, and by what it asks for the largest. */
function argumentsIn(text: string, question: string): object {
  const [, window] = /\b(?:last|past)\s+(\d+\s*[smhd])\b/i.exec(text) ?? []
  const isAsked = window !== undefined && question !== 'status'
  return {
    ...(isAsked ? { window: window.replace(/\s/, '').toLowerCase() } : {}),
    ...(question === 'top' ? { by: /\bsite/i.test(text) ? 'srcSite' : 'srcSite,dstSite' } : {}),
  }
}
