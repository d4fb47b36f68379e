/** One request over HTTP, as a program beside a side-car makes it, and what became of it. @module */
import { randomUUID } from 'node:crypto'

export interface Ask {
  readonly url: string
  /** JSON; `MESSAGE-ID` in it is another one for each request. Default: a GET. */
  readonly body?: unknown
  /** How many requests, one after the other. */
  readonly times: number
}

export interface Answered {
  /** Of HTTP; 0: no answer came. */
  readonly status: number
  /** Of the problem (RFC 9457), where it is one. */
  readonly type: string | null
  readonly detail: string | null
  /** Id of the agent that answered. */
  readonly answeredBy: string | null
  readonly body: string
  readonly milliseconds: number
}

const patience = 30_000
const longestBody = 100_000

export async function ask({ url, body, times }: Ask): Promise<readonly Answered[]> {
  const answers: Answered[] = []
  for (let time = 0; time < times; time++) answers.push(await askOnce(url, body))
  return answers
}

async function askOnce(url: string, body: unknown): Promise<Answered> {
  const headers = { 'content-type': 'application/json', 'a2a-version': '1.0' }
  const began = performance.now()
  const took = (): number => Math.round(performance.now() - began)
  const how =
    body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body).replace('MESSAGE-ID', randomUUID()), headers }
  try {
    const answer = await fetch(url, { ...how, signal: AbortSignal.timeout(patience) })
    const text = await answer.text()
    const { type = null, detail = null } = problemIn(answer, text)
    const answeredBy = answer.headers.get('vagus-answered-by')
    return { status: answer.status, type, detail, answeredBy, body: text.slice(0, longestBody), milliseconds: took() }
  } catch (error) {
    return { status: 0, type: null, detail: String(error), answeredBy: null, body: '', milliseconds: took() }
  }
}

function problemIn(answer: Response, text: string): { readonly type?: string; readonly detail?: string } {
  if (!(answer.headers.get('content-type') ?? '').startsWith('application/problem+json')) return {}
  return JSON.parse(text) as { readonly type?: string; readonly detail?: string }
}
