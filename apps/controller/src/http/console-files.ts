/**
 * The console's files, from the folder that its build wrote. Names with a hash in them never change; everything else is
 * asked for again each time. A path that is no file leads to the page: what it shows stands behind the # of its address.
 * @module
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import type { Context, MiddlewareHandler, Next } from 'hono'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

interface ConsoleFile {
  readonly octets: Uint8Array<ArrayBuffer>
  readonly contentType: string
  readonly cacheControl: string
}

/** The console has some 20 files of together under 1 MB; a folder with more than this is not the console. */
const maxFiles = 500
const maxOctets = 33_554_432
const hashed = /[-.][\w-]{8,}\.\w+$/

const missingPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Vagus</title>
<h1>The console is not built yet</h1>
<p><code>npx vagus controller</code> builds it when it starts, in some seconds, and says why when it cannot; so does
<code>npm start</code>. Then load this page again.</p>
<p>The API works without it: <a href="v1/status">/v1/status</a>, <a href="openapi.json">/openapi.json</a>.</p>
</html>`

/** Serves `folder`, read once; while it is not there, a page that says how to make it. */
export function consoleFiles(folder: string | undefined): MiddlewareHandler {
  let files: ReadonlyMap<string, ConsoleFile> | undefined
  return async (c, next) => {
    files ??= folder === undefined ? undefined : readConsole(folder)
    const wantsPage = c.req.header('accept')?.includes('text/html') === true
    if (files === undefined) return c.req.path === '/' || wantsPage ? c.html(missingPage, 503) : next()
    return answer(c, next, files, wantsPage ? 'page' : 'file')
  }
}

async function answer(
  c: Context,
  next: Next,
  files: ReadonlyMap<string, ConsoleFile>,
  wanted: 'page' | 'file',
): Promise<Response | void> {
  const isPage = wanted === 'page' && extname(c.req.path) === ''
  // The page names its files from where it stands, which a proxy may have below a path of its own.
  const above = c.req.path.split('/').length - 2
  if (isPage && above > 0) return c.redirect('../'.repeat(above))
  const path = c.req.path === '/' ? '/index.html' : c.req.path
  const file = files.get(path) ?? (isPage ? files.get('/index.html') : undefined)
  if (file === undefined) return next()
  return c.body(file.octets, 200, { 'content-type': file.contentType, 'cache-control': file.cacheControl })
}

/** Undefined when there is no built console in the folder. */
function readConsole(folder: string): ReadonlyMap<string, ConsoleFile> | undefined {
  const files = new Map<string, ConsoleFile>()
  let total = 0
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      total += statSync(path).size
      if (files.size >= maxFiles || total > maxOctets) throw new RangeError(`${folder} is too large for a console`)
      files.set(`/${relative(folder, path)}`, {
        octets: new Uint8Array(readFileSync(path)),
        contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
        cacheControl: hashed.test(entry.name) ? 'public, max-age=31536000, immutable' : 'no-cache',
      })
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return files.has('/index.html') ? files : undefined
}
