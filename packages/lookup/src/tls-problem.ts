/** Why a controller behind TLS is not believed, in words that say what to do. @module */

export interface TlsProblem {
  readonly problem: string
  /** What to do about it. */
  readonly fix: string
}

const unknownIssuer: TlsProblem = {
  problem: 'its certificate is not from an authority that is known here',
  fix: "set NODE_EXTRA_CA_CERTS to a PEM file with its authority's certificate",
}
const noTls: TlsProblem = { problem: 'it does not speak TLS', fix: 'write http:// if that is right' }

/** Codes of OpenSSL and Node. */
const ofCode: Readonly<Record<string, TlsProblem>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownIssuer,
  SELF_SIGNED_CERT_IN_CHAIN: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  CERT_HAS_EXPIRED: { problem: 'its certificate has expired', fix: 'renew it there, or set the clock here' },
  CERT_NOT_YET_VALID: { problem: 'its certificate is not valid yet', fix: 'set the clock here' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    problem: 'its certificate is for another name',
    fix: 'write the name that is in the certificate',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  EPROTO: noTls,
}

/** Undefined for errors that are not about TLS. */
export const tlsProblem = ({ code = '' }: NodeJS.ErrnoException): TlsProblem | undefined =>
  Object.hasOwn(ofCode, code) ? ofCode[code] : undefined
