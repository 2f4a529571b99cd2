import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Identity {
  /** PEM files. */
  ca: string
  cert: string
  key: string
}

/** Makes an authority and, signed by it, a server for 127.0.0.1 and localhost and a client, valid for a day, with `openssl`. */
export async function createCertificates(
  directory: string,
): Promise<{ server: Identity; client: Identity; readPem: (identity: Identity) => Promise<Identity> }> {
  await mkdir(directory, { recursive: true })
  const file = (name: string) => join(directory, name)
  const extensions = file('server.ext')
  await writeFile(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\n')
  const key = ['-newkey', 'rsa:2048', '-nodes']
  await openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '1',
    '-subj',
    '/CN=test authority',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.crt'),
  )
  const sign = async (name: string, extra: readonly string[]): Promise<Identity> => {
    const request = file(`${name}.csr`)
    await openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', file(`${name}.key`), '-out', request)
    const authority = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial']
    await openssl(
      'x509',
      '-req',
      '-days',
      '1',
      ...authority,
      ...extra,
      '-in',
      request,
      '-out',
      file(`${name}.crt`),
    )
    return { ca: file('ca.crt'), cert: file(`${name}.crt`), key: file(`${name}.key`) }
  }
  return {
    server: await sign('server', ['-extfile', extensions]),
    client: await sign('client', []),
    async readPem({ ca, cert, key }) {
      const [caText, certText, keyText] = await Promise.all(
        [ca, cert, key].map(path => readFile(path, 'utf8')),
      )
      return { ca: caText ?? '', cert: certText ?? '', key: keyText ?? '' }
    },
  }
}

async function openssl(...args: string[]): Promise<void> {
  try {
    await promisify(execFile)('openssl', args)
  } catch (error) {
    throw new Error('openssl could not make a certificate, wanted the package openssl on PATH.', {
      cause: error,
    })
  }
}
