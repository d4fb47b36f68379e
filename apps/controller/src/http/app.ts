/** The HTTP API, the event stream and the console as one application over a `Backend`. @module */
import { OpenAPIHono } from '@hono/zod-openapi'
import { apiVersion, keptSinceHeader } from '@vagus/api'
import { StoreError } from '@vagus/store'
import type { MiddlewareHandler } from 'hono'
import type { Backend } from './backend.ts'
import { camaraApp, isCamaraPath } from './camara-app.ts'
import { consoleFiles } from './console-files.ts'
import type { Operators } from '../operators/operators.ts'
import { addAgentRoutes, agentRoutes } from './agent-routes.ts'
import { profilesPath, qodPath } from '@vagus/api/camara'
import { addApprovalRoutes } from './approval-routes.ts'
import { addAuditRoutes, auditRoutes } from './audit-routes.ts'
import { addEventRoute } from './event-route.ts'
import { addJoinRoutes } from './join-routes.ts'
import { addLineRoutes } from './line-routes.ts'
import { addIntentRoutes, intentRoutes } from './intent-routes.ts'
import { addRosterRoutes, rosterRoutes } from './roster-routes.ts'
import { addSignInRoutes } from './sign-in-routes.ts'
import { addSessionRoutes } from './session-routes.ts'
import { parseDimensions, parseFilter } from './filter.ts'
import { Gate } from './gate.ts'
import { hostCheck, ownHost, type OwnHosts } from './host-check.ts'
import { addMcpRoute, mcpPath } from './mcp-route.ts'
import { patiently } from './patiently.ts'
import { answerProblem, ProblemError, problemOf, queryProblem } from './problem.ts'
import { routes } from './routes.ts'
import { securityHeaders } from './security-headers.ts'
import { addWhoisRoutes, whoisRoutes } from './whois-routes.ts'
import { addSteering } from './steering.ts'
import { addTelemetry } from './telemetry.ts'
import { addSnapshotRoute, snapshotRoutes } from './snapshot-route.ts'
import { WaitingRoom } from './waiting-room.ts'
import { windowBetween, windowOf } from './window.ts'

export interface AppOptions {
  readonly version: string
  /** What the Host header of a request may name. */
  readonly hosts: OwnHosts
  /** What else it may name; default nothing. */
  readonly hostNames?: readonly string[]
  /** What the operator shows; without it nobody is the operator. */
  readonly operatorKey?: string | undefined
  /** People and scripts with roles; without them everybody reads. */
  readonly operators?: Operators | undefined
  /** Folder of the built console. */
  readonly console: string | undefined
  /** Of the server; without one nobody shares it. */
  readonly waitingRoom?: WaitingRoom
  /** Ends event streams, and waiting. */
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Called for internal errors. */
  readonly onError: (error: Error) => void
}

export function createApp(backend: Backend, options: AppOptions): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => {
      if (result.success) return undefined
      const known = Object.keys((c.req.routePath in queryKeys ? queryKeys[c.req.routePath] : undefined) ?? {})
      return answerProblem(
        c,
        queryProblem(result.error.issues, known, result.target === 'query' ? c.req.query() : c.req.param()),
      )
    },
  })
  const gate = new Gate(options.operatorKey, options.operators, options.now)
  const isOwn = ownHost(options.hosts, options.hostNames ?? [])
  app.use(securityHeaders)
  app.use(hostCheck(options.hosts, isOwn))
  app.use(onlyKnownMethods)
  app.use('/v1/*', async (c, next) => {
    await next()
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
  })
  app.use(gate.readers)
  addSignInRoutes(app, gate, options)
  addResources(app, backend, options)
  addTelemetry(app, backend)
  addSteering(app, backend)
  addApprovalRoutes(app, backend.steering, gate)
  addLineRoutes(app, () => backend.lines, gate)
  addJoinRoutes(app, () => backend.joins, gate)
  addSessionRoutes(app, backend.agents)
  addWhoisRoutes(app, backend, options.now)
  addAgentRoutes(app, backend.agents, gate)
  addRosterRoutes(app, backend.rosters, { waitingRoom: new WaitingRoom(), ...options, gate })
  addIntentRoutes(app, backend.intents)
  addAuditRoutes(app, backend.audit)
  addSnapshotRoute(app, backend.snapshots, { ...options, gate })
  addEventRoute(app, backend, { ...options, gate })
  addProbes(app, backend)
  addCamara(app, backend, options)
  addMcpRoute(app, { ...options, isOwn })
  app.get('/openapi.json', (c) => c.json(documentOf(app, options.version)))
  app.all('/v1/*', (c) => answerProblem(c, problemOf(404, `there is no ${c.req.path}; see /openapi.json`)))
  app.use(consoleFiles(options.console))
  app.notFound((c) => answerProblem(c, problemOf(404, `there is no ${c.req.path}; see /openapi.json`)))
  app.onError((error, c) => {
    if (error instanceof ProblemError) return answerProblem(c, error.problem)
    // The disk cannot store what was published.
    if (error instanceof StoreError) return answerProblem(c, problemOf(503, error.message))
    options.onError(error)
    return answerProblem(c, problemOf(500, 'the controller failed to answer; its log says why'))
  })
  return app
}

/**
 * Only these requests change anything over HTTP: agents put signed documents and reports, owners signed rosters and intents, the
 * operator, who has a key, takes agents and rosters off their lists, approves proposals, orders lines, and lets boxes join; and
 * consumers, who have tokens, create sessions (CAMARA). The POSTs of MCP, for quotes and for snapshots ask.
 */
const onlyKnownMethods: MiddlewareHandler = async (c, next) => {
  if (isCamaraPath(c.req.path)) return next() // which has errors of its own
  const known = methodsAt(c.req.path)
  if (known.includes(c.req.method)) return next()
  const answer = answerProblem(c, problemOf(405, `${c.req.method} is not known here; there are ${known.join(', ')}`))
  answer.headers.set('allow', known.join(', '))
  return answer
}

function methodsAt(path: string): readonly string[] {
  if (path === mcpPath || path === '/v1/sign-out' || path.startsWith('/v1/device-sign-ins')) return ['POST']
  if (path === '/v1/line-quotes' || path === '/v1/snapshot') return ['POST']
  if (path === '/v1/lines') return ['GET', 'HEAD', 'POST']
  if (/^\/v1\/lines\/[^/]+\/approval$/.test(path)) return ['POST']
  if (/^\/v1\/lines\/[^/]+$/.test(path)) return ['GET', 'HEAD', 'PATCH', 'DELETE']
  if (/^\/v1\/joins\/[^/]+\/decision$/.test(path)) return ['PUT']
  if (path.startsWith('/v1/agents/'))
    return ['GET', 'HEAD', 'PUT', ...(/^\/v1\/agents\/[^/]+$/.test(path) ? ['DELETE'] : [])]
  if (path === '/v1/intents') return ['GET', 'HEAD', 'PUT']
  if (path.startsWith('/v1/rosters/')) return ['GET', 'HEAD', 'PUT', 'DELETE']
  return /^\/v1\/proposals\/[^/]+\/approval$/.test(path) ? ['POST', 'DELETE'] : ['GET', 'HEAD']
}

/** Known query parameters by path, for the answer to an unknown one. */
const queryKeys: Readonly<Record<string, object>> = Object.fromEntries(
  Object.values({
    ...routes,
    ...agentRoutes,
    ...whoisRoutes,
    ...auditRoutes,
    ...snapshotRoutes,
    ...rosterRoutes,
    ...intentRoutes,
  }).flatMap((route) =>
    'request' in route && 'query' in route.request
      ? [[route.path.replaceAll(/\{(\w+)\}/g, ':$1'), route.request.query.shape]]
      : [],
  ),
)

function addResources(app: OpenAPIHono, backend: Backend, { now }: AppOptions): void {
  app.openapi(routes.status, async (c) => c.json(await backend.status(), 200))
  app.openapi(routes.top, async (c) => {
    const query = c.req.valid('query')
    const answer = await backend.top({
      by: parseDimensions(query.by),
      n: query.n,
      window: windowBetween(query, now()),
      filter: parseFilter(query.filter ?? ''),
    })
    return c.json(answer, 200)
  })
  app.openapi(routes.export, async (c) => {
    const window = windowBetween(c.req.valid('query'), now())
    const headers = {
      'content-type': 'application/vnd.apache.parquet',
      'content-disposition': 'attachment; filename="flows.parquet"',
    }
    // What answers HEAD drops the body without cancelling it: the file would stay open.
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)
    const { octets, keptSince, stream } = await patiently(c, () => backend.exportFlows(window, c.req.raw.signal))
    const cut = keptSince === undefined ? {} : { [keptSinceHeader]: new Date(keptSince).toISOString() }
    return c.body(stream, 200, { ...headers, ...cut, 'content-length': String(octets) })
  })
  app.openapi(routes.matrix, async (c) => {
    const { between, version, cells, ...window } = c.req.valid('query')
    return c.json(await backend.matrix({ between, version, cells, window: windowBetween(window, now(), 60_000) }), 200)
  })
  app.openapi(routes.links, async (c) => c.json(await backend.links(windowOf(c.req.valid('query').last)), 200))
  app.openapi(routes.linkLoad, async (c) => {
    const { name } = c.req.valid('param')
    const load = await backend.linkLoad(name, windowOf(c.req.valid('query').last))
    if (load === undefined) throw new ProblemError(problemOf(404, `there is no link "${name}"`))
    return c.json(load, 200)
  })
  app.openapi(routes.transferTimes, async (c) => c.json(await backend.transferTimes(c.req.valid('query')), 200))
  app.openapi(routes.unusual, (c) => {
    const list = backend.unusual(windowOf(c.req.valid('query').last))
    if (list === undefined)
      throw new ProblemError(problemOf(503, 'it is not watched: unusual.enabled in vagus.yaml is false'))
    return c.json(list, 200)
  })
  app.openapi(routes.devices, async (c) => c.json(await backend.devices(windowOf(c.req.valid('query').last)), 200))
  app.openapi(routes.deviceInterfaces, (c) => {
    const answer = backend.deviceInterfaces(c.req.valid('param').device)
    if ('problem' in answer) throw new ProblemError(problemOf(404, answer.problem))
    return c.json(answer, 200)
  })
  app.openapi(routes.exporters, async (c) => c.json(await backend.exporters(), 200))
  app.openapi(routes.topology, (c) => c.json(backend.topology(), 200))
  app.openapi(routes.neighbours, (c) => c.json(backend.neighbours(), 200))
  app.openapi(routes.ipv6Share, async (c) => c.json(await backend.ipv6Share(windowOf(c.req.valid('query').last)), 200))
  app.openapi(routes.trafficSeries, async (c) => {
    const { by, n, filter, ...ends } = c.req.valid('query')
    const window = windowBetween(ends, now(), seriesWindow)
    return c.json(await backend.trafficSeries({ by, n, window, filter: parseFilter(filter ?? '') }), 200)
  })
  app.openapi(routes.config, (c) => c.json(backend.config(), 200))
}

/** Milliseconds of traffic over time, unless the query says otherwise: a day has its course. */
const seriesWindow = 86_400_000

/** Its documents are CAMARA's own, so it is not in ours. */
function addCamara(app: OpenAPIHono, backend: Backend, { operatorKey, onError }: AppOptions): void {
  const camara = camaraApp({ camara: () => backend.camara, operatorKey, onError })
  for (const path of [qodPath, profilesPath]) app.all(`${path}/*`, (c) => camara.fetch(c.req.raw, c.env as object))
}

function addProbes(app: OpenAPIHono, backend: Backend): void {
  app.openapi(routes.healthz, (c) => c.json({ apiVersion, kind: 'Health' as const, ok: true, reasons: [] }, 200))
  app.openapi(routes.readyz, async (c) => {
    const reasons = [...(await backend.unreadiness())]
    return c.json(
      { apiVersion, kind: 'Health' as const, ok: reasons.length === 0, reasons },
      reasons.length === 0 ? 200 : 503,
    )
  })
  app.openapi(routes.metrics, async (c) =>
    c.text(await backend.metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  )
}

const documentOf = (app: OpenAPIHono, version: string): object =>
  app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Vagus controller',
      version,
      description: 'What flows where in one domain. Rates are bits per second, times RFC 3339 in UTC, shares 0..1.',
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: '.' }], // from where this document is
  })
