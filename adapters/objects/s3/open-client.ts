import type { S3Client } from '@aws-sdk/client-s3'
import { PortError } from '#ports/port-error.ts'
import type { S3Options } from '../s3.ts'
import type { StorePlace } from './s3-failure.ts'
import type { S3Sdk } from './s3-link.ts'

const CONNECT_MS = 5000
const CONNECTIONS = 32

/** A client that repeats nothing by itself, and the place it serves. Throws `INVALID_ARGUMENT` for settings that contradict. */
export const openClient = async (
  {
    bucket,
    endpoint,
    region = 'us-east-1',
    accessKeyId,
    secretAccessKey,
    sessionToken,
    forcePathStyle = endpoint !== undefined,
  }: S3Options,
  prefix: string,
): Promise<{ sdk: S3Sdk; client: S3Client; place: StorePlace }> => {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw invalid(
      `The bucket ${JSON.stringify(bucket)} can't be one, wanted 3 to 63 small letters, digits, dots and hyphens in LAKE_URI.`,
    )
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw invalid(
      `Only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is given, wanted both, or neither for the machine's own role.`,
    )
  const address = endpoint === undefined ? null : checkEndpoint(endpoint)
  const sdk = await import('@aws-sdk/client-s3')
  const client = new sdk.S3Client({
    region,
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle,
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
      }),
    maxAttempts: 1,
    // Checksums are ours, in a header: not every store knows the trailers that the client would send.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      httpAgent: { keepAlive: true, maxSockets: CONNECTIONS },
      httpsAgent: { keepAlive: true, maxSockets: CONNECTIONS },
    },
  })
  const place = {
    uri: `s3://${bucket}${prefix && `/${prefix}`}`,
    bucket,
    endpoint: address?.origin ?? `AWS in ${region}`,
    secrets: [accessKeyId, secretAccessKey, sessionToken].filter(secret => secret !== undefined),
  }
  return { sdk, client, place }
}

const checkEndpoint = (endpoint: string): URL => {
  const url = URL.parse(endpoint)
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url
  // What was given may hold a password.
  throw invalid(
    "AWS_ENDPOINT_URL can't be used, wanted http://host:port or https://host:port without a user and a password.",
  )
}

const invalid = (message: string): PortError => new PortError('INVALID_ARGUMENT', message)
