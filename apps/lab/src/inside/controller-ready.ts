/**
 * Whether a controller answers that it is ready, over its Unix socket.
 * @module
 */

const { request } = process.getBuiltinModule('node:http')

const patience = 2000

export function answersReady(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/readyz', timeout: patience }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(false))
    asked.end()
  })
}
