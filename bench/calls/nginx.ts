/** Two nginx, one beside each program, with mutual TLS 1.3 between them: what people use who want no more than that. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Proxies {
  readonly url: string
  /** Of the processes that do the work. */
  readonly pids: readonly number[]
  /** Fulfilled when they have ended. */
  readonly end: () => Promise<void>
}

/** @returns `undefined` where nginx is not installed */
export async function startProxies(
  folder: string,
  server: number,
  ports: readonly [number, number],
): Promise<Proxies | undefined> {
  const [near, far] = ports
  mkdirSync(folder)
  const words = ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '2', '-subj', '/CN=bench']
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  execFileSync('openssl', [...words, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  const upstream = (port: number): string => `upstream next { server 127.0.0.1:${port}; keepalive 64; }`
  const onward = `proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;`
  const nearer = `
    ${upstream(far)}
    server { listen 127.0.0.1:${near}; location / { proxy_pass https://next; ${onward}
      proxy_ssl_certificate ${certificate}; proxy_ssl_certificate_key ${key}; proxy_ssl_protocols TLSv1.3;
      proxy_ssl_verify on; proxy_ssl_trusted_certificate ${certificate}; proxy_ssl_name bench; } }`
  const farther = `
    ${upstream(server)}
    server { listen 127.0.0.1:${far} ssl; ssl_protocols TLSv1.3;
      ssl_certificate ${certificate}; ssl_certificate_key ${key};
      ssl_verify_client on; ssl_client_certificate ${certificate}; location / { proxy_pass http://next; ${onward} } }`
  const masters = [start('near', nearer, join(folder, 'near')), start('far', farther, join(folder, 'far'))]
  const end = async (): Promise<void> => {
    for (const master of masters) if (master.kill()) await once(master, 'exit')
  }
  for (const [index, port] of ports.entries()) {
    if (await listens(port, masters[index]!)) continue
    await end()
    return undefined
  }
  return { url: `http://127.0.0.1:${near}/mcp`, pids: masters.flatMap((master) => childrenOf(master.pid!)), end }
}

function start(name: string, http: string, folder: string) {
  mkdirSync(folder)
  const file = join(folder, `${name}.conf`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const paths = temporary.map((each) => `${each}_temp_path ${folder};`).join(' ')
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr;
    events { worker_connections 256; }
    http { access_log off; keepalive_requests 1000000; ${paths} ${http} }`,
  )
  const child = spawn('nginx', ['-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  child.on('error', () => undefined) // not installed, or ended
  return child
}

async function listens(port: number, master: ReturnType<typeof start>): Promise<boolean> {
  for (let tries = 0; tries < 100 && master.exitCode === null && master.pid !== undefined; tries++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port }, () => resolve(true)).on('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isThere) return true
    await sleep(50)
  }
  return false
}

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
