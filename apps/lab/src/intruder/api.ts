/** The controller's HTTP API without the operator's key: every route that writes, as its own description names them. @module */
import type { ApiFigures } from './report.ts'
import type { Scene } from './scene.ts'

/** They ask, or end the session that the asker shows, although they are POSTs. */
const askOnly: readonly string[] = ['POST /v1/line-quotes', 'POST /v1/sign-out']
const writing: ReadonlySet<string> = new Set(['post', 'put', 'patch', 'delete'])

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export async function apiWithoutKey(scene: Scene): Promise<ApiFigures> {
  const { paths } = (await (await scene.api('/openapi.json')).json()) as Description
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => writing.has(method))
      .map((method) => ({ method: method.toUpperCase(), path })),
  )
  const routes: ApiFigures['routes'][number][] = []
  for (const { method, path } of all) {
    const route = `${method} ${path}`
    if (askOnly.includes(route)) continue
    const own = path.replace('{name}', 'writer').replace('{owner}', 'operator').replace('{id}', 'p-1')
    const codes = [await codeOf(scene, method, own), await codeOf(scene, method, own, 'Bearer '.padEnd(50, 'x'))]
    routes.push({ route, codes })
  }
  const written = routes.flatMap(({ codes }) => codes).filter((code) => code < 400).length
  return { routes, askOnly, written }
}

/** With content that a route could take, if only it came from the operator. */
async function codeOf(scene: Scene, method: string, path: string, authorization?: string): Promise<number> {
  const isSigned = method === 'PUT'
  const body = isSigned
    ? 'e30.e30.e30'
    : '{"from":"office","to":"field","bitsPerSecond":1000000,"for":"1h","seconds":60}'
  const headers = {
    'content-type': isSigned ? 'application/jose' : 'application/json',
    ...(authorization !== undefined && { authorization }),
  }
  return (await scene.api(path, { method, headers, ...(method !== 'DELETE' && { body }) })).status
}
