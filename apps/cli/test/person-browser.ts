/** As much of a browser as signing in takes: cookies of each origin, redirects, and forms that are filled in and sent. */
import assert from 'node:assert/strict'

export class PersonBrowser {
  readonly #login: string
  readonly #cookies = new Map<string, Map<string, string>>()
  /** Every address that it was at, the newest last. */
  readonly visited: string[] = []

  constructor(login: string) {
    this.#login = login
  }

  /** A request with the cookies of its origin; what the answer sets is kept. */
  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const own = this.cookiesOf(url)
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) own.delete(name)
      else own.set(name, value)
    }
    return response
  }

  cookiesOf(url: string): Map<string, string> {
    const { origin } = new URL(url)
    const own = this.#cookies.get(origin) ?? new Map<string, string>()
    this.#cookies.set(origin, own)
    return own
  }

  /** Goes where it is sent, and sends each form with its login, until a page has neither. */
  async visit(url: string, init?: RequestInit): Promise<{ readonly status: number; readonly text: string }> {
    for (let step = 0; step < 20; step++) {
      this.visited.push(url)
      const response = await this.send(url, init)
      const location = response.headers.get('location')
      const text = await response.text()
      init = undefined
      if (location !== null) {
        url = new URL(location, url).href
        continue
      }
      const [, form, fields] = /<form([^>]*)>([^]*?)<\/form>/.exec(text) ?? []
      if (form === undefined || fields === undefined) return { status: response.status, text }
      url = new URL(/action="([^"]+)"/.exec(form)![1]!, url).href
      const body = new URLSearchParams()
      for (const [input] of fields.matchAll(/<input[^>]*>/g)) {
        const [, name] = /name="([^"]+)"/.exec(input) ?? []
        const [, value = this.#login] = /value="([^"]*)"/.exec(input) ?? []
        if (name !== undefined) body.set(name, value)
      }
      init = { method: 'POST', body }
    }
    return assert.fail(`sent around in a circle: ${this.visited.join(' → ')}`)
  }
}
