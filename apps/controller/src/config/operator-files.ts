/** Whether the files that people sign in with can be used: those of `tls`, and the secret of the client at the issuer. @module */
import { X509Certificate } from 'node:crypto'
import { publicText, TlsFiles, type TlsPaths } from '@vagus/keyring/tls-files'
import { ConfigError, type KeyPath } from './config-error.ts'
import type { LoadedConfig } from './load.ts'

/** @param now milliseconds since 1970 @throws {ConfigError} with what is wrong with each, and nothing of what it holds */
export async function checkOperatorFiles(
  { config: { tls, operators }, problemAt }: Pick<LoadedConfig, 'config' | 'problemAt'>,
  now: number,
): Promise<void> {
  const secret = operators?.clientSecretFile
  const { secretIn } = await import('../operators/open-operators.ts')
  const found = [
    tls && pairProblem(tls, now),
    secret !== undefined && problemOf(['operators', 'clientSecretFile'], () => secretIn(secret)),
  ]
  const problems = found.flatMap((each) => (each ? [problemAt(each.path, each.problem)] : []))
  if (problems.length > 0) throw new ConfigError(problems)
}

interface Found {
  readonly path: KeyPath
  readonly problem: string
}

/** Where the certificate is good by itself, what keeps the two from being used is the key's fault. */
const pairProblem = (tls: TlsPaths, now: number): Found | undefined =>
  problemOf(['tls', 'cert'], () => checkCertificate(tls.cert, now)) ??
  problemOf(['tls', 'key'], () => new TlsFiles(tls, () => undefined).read())

/** @throws {Error} */
function checkCertificate(path: string, now: number): void {
  const { validFromDate, validToDate } = certificateIn(path)
  if (validToDate.getTime() <= now)
    throw new Error(`the certificate in ${path} ended ${validToDate.toISOString()}; renew it`)
  if (validFromDate.getTime() > now)
    throw new Error(
      `the certificate in ${path} begins ${validFromDate.toISOString()}; is the clock of this host right?`,
    )
}

/** The first one there, which is the server's own. @throws {Error} */
function certificateIn(path: string): X509Certificate {
  const text = publicText(path)
  try {
    return new X509Certificate(text)
  } catch (cause) {
    throw new Error(`${path} must begin with the certificate of this server, in PEM`, { cause })
  }
}

function problemOf(path: KeyPath, check: () => unknown): Found | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return { path, problem: error instanceof ConfigError ? error.problems[0]!.problem : (error as Error).message }
  }
}
