/** Signatures: a JWS in compact form, by EdDSA or ES256. PROTOCOL.md, "Signatures". */
import { type KeyObject, createPrivateKey, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import { KafkaSendError, textOf } from './errors.js'

const CLIENT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** A client's private key, and the name under which portals know it. Immutable. */
export class SigningKey {
  readonly #key: KeyObject

  /**
   * @param pem an Ed25519 key, or one on P-256, in PKCS#8
   * @throws KafkaSendError SETTINGS, where it is none
   */
  constructor(
    readonly clientId: string,
    pem: string | Buffer
  ) {
    if (!CLIENT_ID.test(clientId)) {
      throw new KafkaSendError('SETTINGS', `${clientId} is no name of a client`)
    }
    try {
      this.#key = createPrivateKey(pem)
    } catch {
      throw new KafkaSendError('SETTINGS', `the key of ${clientId} is no private key in PEM without a password`)
    }
    const curve = this.#key.asymmetricKeyDetails?.namedCurve
    if (this.#key.asymmetricKeyType !== 'ed25519' && curve !== 'prime256v1') {
      throw new KafkaSendError('SETTINGS', `the key of ${clientId} is neither Ed25519 nor on P-256`)
    }
  }

  /** The key in a file. */
  static async read(clientId: string, path: string | URL): Promise<SigningKey> {
    try {
      return new SigningKey(clientId, await readFile(path))
    } catch (e) {
      throw e instanceof KafkaSendError ? e : new KafkaSendError('SETTINGS', `the key of ${clientId} cannot be read: ${textOf(e)}`)
    }
  }

  /** The signature of these fields, which it holds itself. */
  sign(payload: object): string {
    const edwards = this.#key.asymmetricKeyType === 'ed25519'
    const header = { alg: edwards ? 'EdDSA' : 'ES256', kid: this.clientId, typ: 'kafkasend+jws' }
    const signed = `${compact(header).toString('base64url')}.${compact(payload).toString('base64url')}`
    const signature = edwards
      ? sign(null, Buffer.from(signed), this.#key)
      : sign('sha256', Buffer.from(signed), { key: this.#key, dsaEncoding: 'ieee-p1363' })
    return `${signed}.${signature.toString('base64url')}`
  }
}

/** JSON without spaces, in UTF-8. */
export function compact(fields: object): Buffer {
  return Buffer.from(JSON.stringify(fields))
}
