/** What the agent answers to AI agents of its router: commands that read, the configuration, and commits. @module */
import { createHash } from 'node:crypto'
import { apiVersion } from '@vagus/api'
import { operator } from '@vagus/api/actor'
import { changePending, commitOver, keyUsed, linesNotAllowed, notRead, otherBase } from '@vagus/api/problem-types'
import {
  type Actor,
  cliRequestSchema,
  commitEndSchema,
  type CommitPlan,
  type CommitRequest,
  commitRequestSchema,
  confirmWithinBounds,
  maxCliOctets,
} from '@vagus/api/southbound'
import { currentSpan } from '@vagus/observability/current-span'
import { type RouterConfiguration, RouterError, type SouthboundRouter } from '@vagus/router'
import {
  changeOf,
  commitOf,
  type CommitOutcome,
  configOf,
  type Edit,
  editsOf,
  readOf,
  type Refused,
  refusedOf,
  revised,
  textWithoutSecrets,
  typed,
  withoutSecret,
} from '@vagus/southbound'
import { forbidden, intentRefused } from '../intents/commit-intents.ts'
import type { Intents } from '../intents/intents.ts'
import type { PolicyChanges } from '../policy-change.ts'
import { type ControlAnswer, type ControlHandler, problem, requestOf } from '../control-server.ts'
import { commitItems, commitResource, shownPaths } from './commit-resource.ts'
import type { CommitDesk } from './commit-desk.ts'
import type { SouthboundParts } from './open-southbound.ts'

/** Commands that are being answered; one more is told to come later, so that a router always has time for its own work. */
const maxAsking = 4
/** Lines of a commit; as the schema of a request has it. */
const maxLines = 500

type Body = Readonly<Record<string, unknown>>

/** What is asked about. */
export interface SouthboundAgent {
  readonly options: { readonly name: string; readonly router: SouthboundRouter }
  /** Of the router, such as "FRRouting 8.4.4". */
  readonly software: () => Promise<string>
  /** `undefined`: this device obeys none. */
  readonly intents: Intents | undefined
  /** `undefined`: the agent has no policy in the router. */
  readonly policyChanges: PolicyChanges | undefined
}

export function southboundHandlers(
  agent: SouthboundAgent,
  { allowed, desk, news }: SouthboundParts,
): ReadonlyMap<string, ControlHandler> {
  const { name: device, router } = agent.options
  const ok = (kind: string, body: Body): ControlAnswer => ({ status: 200, body: { apiVersion, kind, device, ...body } })
  let asking = 0

  const configurationOf = (): { readonly configuration: RouterConfiguration; readonly desk: CommitDesk } => {
    const { configuration } = router
    if (configuration !== undefined && desk !== undefined) return { configuration, desk }
    const words = `${router.kind} has no configuration in lines: it is read by "show neighbors" and "show route PREFIX", and changed by its operator`
    throw new RouterError('unsupported', words)
  }
  const commitAnswer = (id: string): ControlAnswer => {
    const found = desk && commitOf(desk.commits, id)
    if (found === undefined) return problem(404, `there is no ${id}; GET /v1/commits lists those that there are`)
    return ok('Commit', { ...commitResource(found) })
  }
  const ended = (id: string, outcome: CommitOutcome, isWanted: boolean): ControlAnswer =>
    isWanted || outcome.type === 'unknown'
      ? commitAnswer(id)
      : problem(409, `${id} ${outcome.type === 'over' ? outcome.because : outcome.type}`, { type: commitOver })

  return new Map<string, ControlHandler>([
    [
      'GET /v1/network',
      told(async () => {
        const isConfigured = router.configuration !== undefined && allowed.patterns.length > 0
        return ok('NetworkCapability', {
          software: await agent.software(),
          cliDialect: router.kind,
          configDatastore: router.configuration === undefined ? [] : ['running'],
          supportsRollback: isConfigured,
          rollbackTimeout: isConfigured ? confirmWithinBounds.max : 0,
          maxBulkEdit: isConfigured ? maxLines : 0,
          configures: allowed.patterns,
        })
      }),
    ],
    [
      'POST /v1/cli',
      told(async (body) => {
        const { command: asked, timeout, by = operator } = requestOf(cliRequestSchema, body)
        const read = readOf(allowed.dialect, asked)
        if (read.type === 'problem') {
          news.refused(by, asked, read.problem)
          return problem(403, read.problem, { type: notRead })
        }
        if (asking >= maxAsking) return problem(429, `${maxAsking} commands are being answered; ask again when one is`)
        asking++
        try {
          const answer = await router.cli(read, { timeout: timeout * 1000, maxOctets: maxCliOctets })
          return ok('CliAnswer', { command: read.command, ...answer })
        } finally {
          asking--
        }
      }),
    ],
    [
      'GET /v1/config',
      told(async () => {
        const text = textWithoutSecrets(await configurationOf().configuration.text())
        return ok('RouterConfig', { revision: revisionOf(text), text })
      }),
    ],
    [
      'POST /v1/commit-plans',
      told(async (body) => {
        const request = requestOf(commitRequestSchema, body)
        const edits = editsOf(request.commands)
        const text = await configurationOf().configuration.text()
        const wrong = baseProblem(request, text)
        if (wrong !== undefined) return wrong
        const refused = [...refusedOf(edits, allowed), ...intentRefused(edits, allowed, agent.intents?.desk)]
        const plan = { base: revisionOf(text), commands: typed(edits), refused }
        return ok(
          'CommitPlan',
          refused.length > 0 ? plan : { ...plan, ...(await previewOf(configurationOf().configuration, edits, text)) },
        )
      }),
    ],
    [
      'POST /v1/commits',
      told(async (body) => {
        const request = requestOf(commitRequestSchema, body)
        const { desk: open } = configurationOf()
        const edits = editsOf(request.commands)
        if (edits.length === 0)
          throw new RangeError('"commands" of the request: there is no line of configuration among them')
        const { key = '', by = operator, comment, confirmWithin } = request
        const [first, ...more] = refusedOf(edits, allowed)
        if (first !== undefined) {
          news.refused(by, withoutSecret(first.line), first.problem)
          return notAllowed([first, ...more])
        }
        if (agent.policyChanges?.goesBackAt !== undefined)
          return problem(409, 'a change of the policy of the device agent is pending; ask again when it is over', {
            type: changePending,
          })
        const outcome = await open.apply<ControlAnswer>((before) => {
          const known = key === '' ? undefined : open.commits.keys.find(([one]) => one === ofActor(by, key))
          // A repeated request names the revision before its first.
          const refusal =
            known === undefined
              ? (baseProblem(request, before) ?? forbidden(edits, allowed, by, agent.intents?.desk))
              : undefined
          if (refusal !== undefined) return { refusal }
          const base = revisionOf(before)
          const span = currentSpan()
          return {
            key: key === '' ? '' : ofActor(by, key),
            by,
            comment,
            edits,
            base,
            before,
            confirmWithin: confirmWithin * 1000,
            ...(span === undefined ? {} : { trace: span.traceparent }),
          }
        })
        if (outcome.type === 'refused') return outcome.refusal
        return outcome.type === 'begun' || outcome.type === 'again' ? commitAnswer(outcome.id) : notBegun(outcome)
      }),
    ],
    [
      'GET /v1/commits',
      async () =>
        ok('CommitList', { now: new Date().toISOString(), items: desk === undefined ? [] : commitItems(desk.commits) }),
    ],
    ['GET /v1/southbound-news', async () => ok('SouthboundNews', { ...news.all() })],
    ['GET /v1/commits/{id}', async (_, __, id) => commitAnswer(id)],
    [
      'POST /v1/commits/{id}/confirm',
      told(async (body, id) => {
        const outcome = await configurationOf().desk.confirm(id, byOf(body))
        return ended(id, outcome, outcome.type === 'confirmed')
      }),
    ],
    [
      'DELETE /v1/commits/{id}',
      told(async (body, id) => {
        const { desk: open } = configurationOf()
        try {
          const outcome = await open.revert(id, byOf(body))
          return ended(id, outcome, outcome.type === 'reverted')
        } catch (error) {
          // It is tried again, and the commit says why it is stuck.
          if (open.commits.pending?.id === id && open.commits.pending.phase.type === 'reverting')
            return commitAnswer(id)
          throw error
        }
      }),
    ],
  ])
}

/** What a change would do, where the router can try it. */
async function previewOf(
  { preview }: RouterConfiguration,
  edits: readonly Edit[],
  text: string,
): Promise<Pick<CommitPlan, 'added' | 'removed' | 'problem'>> {
  if (preview === undefined) return {}
  try {
    const { added, removed } = changeOf(configOf(text), configOf(await preview(edits)))
    return { added: shownPaths(added), removed: shownPaths(removed) }
  } catch (error) {
    if (error instanceof RouterError && error.code === 'refused') return { problem: error.message }
    if (error instanceof RouterError && error.code === 'unsupported') return {}
    throw error
  }
}

/** Why a commit was not begun. */
function notBegun(outcome: CommitOutcome): ControlAnswer {
  if (outcome.type === 'other')
    return problem(409, `the key was used for ${outcome.id}, which has other lines; use a new one`, { type: keyUsed })
  if (outcome.type !== 'busy') return problem(503, 'the agent ends')
  const until = outcome.goesBackAt === null ? 'and goes back' : `until ${new Date(outcome.goesBackAt).toISOString()}`
  return problem(409, `${outcome.id} is pending ${until}; it is to be confirmed or taken back before`, {
    type: changePending,
  })
}

/** Without tools, every one of their paths says why. */
export function noSouthbound(device: string): ReadonlyMap<string, ControlHandler> {
  const answer = async (): Promise<ControlAnswer> =>
    problem(404, `${device} has no tools for AI agents: its operator has not turned them on`)
  const paths = [
    'GET /v1/network',
    'POST /v1/cli',
    'GET /v1/config',
    'POST /v1/commit-plans',
    'POST /v1/commits',
    'GET /v1/commits',
    'GET /v1/southbound-news',
    'GET /v1/commits/{id}',
    'POST /v1/commits/{id}/confirm',
    'DELETE /v1/commits/{id}',
  ]
  return new Map(paths.map((path) => [path, answer]))
}

const told =
  (handle: (body: unknown, id: string) => Promise<ControlAnswer>): ControlHandler =>
  async (_, body, id) => {
    try {
      return await handle(body, id)
    } catch (error) {
      if (error instanceof RouterError) return problem(error.code === 'unreachable' ? 503 : 422, error.message)
      throw error
    }
  }

const byOf = (body: unknown): Actor =>
  body === undefined ? operator : (requestOf(commitEndSchema, body).by ?? operator)

/** Keys of two clients may be the same. */
const ofActor = ({ kind, id }: Actor, key: string): string => `${kind} ${id ?? ''} ${key}`

/** Of the text as it is told: comments, blanks and credentials do not count. */
const revisionOf = (text: string): string => createHash('sha256').update(revised(text)).digest('hex').slice(0, 16)

function baseProblem({ base }: CommitRequest, text: string): ControlAnswer | undefined {
  const revision = revisionOf(text)
  if (base === undefined || base === revision) return undefined
  return problem(409, `the configuration has revision ${revision}, not ${base}; read it, and write the lines for it`, {
    type: otherBase,
  })
}

function notAllowed(refused: readonly [Refused, ...Refused[]]): ControlAnswer {
  const [first] = refused
  const more = refused.length > 1 ? `; and ${refused.length - 1} more` : ''
  return problem(403, `"${first.line}": ${first.problem}${more}`, { type: linesNotAllowed, refused })
}
