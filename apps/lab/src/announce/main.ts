/**
 * Announces a move to the side-car of this host: `node main.ts PORT FROM TO`. Exits when all sessions have left the old
 * network; immediately if no side-car listens, because a killed one has no sessions. It is a process of its own because
 * the side-car listens on the host's loopback, and a small one because the stream whose gaps are measured runs beside
 * it: `vagus agent move` takes ten times as long to start.
 * @module
 */

const { request } = process.getBuiltinModule('node:http')

const [port, from, to] = process.argv.slice(2)
const fail = (problem: string): void => {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
request({ host: '127.0.0.1', port, path: '/move', method: 'POST', agent: false }, (response) => {
  response.resume()
  if (response.statusCode !== 204) fail(`the side-car answers ${response.statusCode} to the move`)
})
  .on('error', ({ message, code }: NodeJS.ErrnoException) => code === 'ECONNREFUSED' || fail(message))
  .end(JSON.stringify({ from, to }))
