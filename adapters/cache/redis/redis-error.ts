import { PortError, type PortErrorCode } from '#ports/port-error.ts'
import type { RedisTarget } from './redis-target.ts'

interface Kind {
  code: PortErrorCode
  /** Against the code and the message of what ioredis or Node rejected with. */
  matches: RegExp
  problem: string
  remedy: (target: RedisTarget) => string
}

/** What is not in here is an outage if it came from the network, and an unsupported engine if Redis itself said it. */
const KINDS: readonly Kind[] = [
  {
    code: 'ENGINE_ACCESS_DENIED',
    matches: /sentinel.*(WRONGPASS|NOAUTH)/,
    problem: 'has sentinels that refuse the credentials',
    remedy: () => 'Set REDIS_SENTINEL_USERNAME and REDIS_SENTINEL_PASSWORD to a user that they know.',
  },
  {
    code: 'ENGINE_ACCESS_DENIED',
    matches: /WRONGPASS|NOAUTH|ERR (AUTH|invalid password)/,
    problem: 'refuses the credentials',
    remedy: ({ setting }) =>
      `Set REDIS_USERNAME and REDIS_PASSWORD${setting === 'REDIS_URL' ? ', or REDIS_URL,' : ''} to a user that it knows.`,
  },
  {
    code: 'ENGINE_ACCESS_DENIED',
    matches: /NOPERM|user executing the script can't run/,
    problem: 'denies what the cache needs',
    remedy: ({ username = 'default' }) =>
      `Give user ${username} keys and channels under REDIS_KEY_PREFIX and +@read +@write +@scripting +@pubsub +@connection +info +time +cluster.`,
  },
  {
    code: 'ENGINE_ACCESS_DENIED',
    matches: /SELF_SIGNED|UNABLE_TO_|CERT_|ALTNAME/,
    problem: 'shows a certificate that is not trusted',
    remedy: () =>
      'Set REDIS_TLS_CA to the authority that signed it, and name the host as the certificate does.',
  },
  {
    code: 'ENGINE_ACCESS_DENIED',
    matches: /certificate required|alert (bad certificate|unknown ca|handshake failure|certificate)/i,
    problem: 'wants a certificate of the client',
    remedy: () => 'Set REDIS_TLS_CERT and REDIS_TLS_KEY to one that its authority has signed.',
  },
  {
    code: 'ENGINE_UNSUPPORTED',
    matches: /EPROTO|ERR_SSL/,
    problem: 'does not speak TLS',
    remedy: ({ setting }) => `Take TLS off (REDIS_TLS, or redis:// in REDIS_URL), or correct ${setting}.`,
  },
  {
    code: 'ENGINE_UNSUPPORTED',
    matches: /Unknown RESP type|Protocol error|command queue state error/i,
    problem: 'is no Redis, or one that wants TLS',
    remedy: ({ setting }) => `Correct ${setting}, or set REDIS_TLS.`,
  },
  {
    code: 'ENGINE_UNSUPPORTED',
    matches: /cluster support disabled/,
    problem: 'is no cluster',
    remedy: () => 'Set REDIS_URL instead of REDIS_CLUSTER.',
  },
  {
    code: 'ENGINE_UNSUPPORTED',
    matches: /MOVED|CROSSSLOT/,
    problem: 'is part of a cluster',
    remedy: () => 'Set REDIS_CLUSTER instead of REDIS_URL.',
  },
  {
    code: 'ENGINE_UNSUPPORTED',
    matches: /DB index/,
    problem: 'has no such database',
    remedy: () => 'Correct the number that ends REDIS_URL.',
  },
  {
    code: 'ENGINE_UNSUPPORTED',
    matches: /invalid reply: null|No such master/,
    problem: 'is unknown to every sentinel',
    remedy: () => 'Correct REDIS_SENTINEL_MASTER or REDIS_SENTINELS.',
  },
  {
    code: 'ENGINE_UNSUPPORTED',
    matches: /unknown command '?SENTINEL/i,
    problem: 'is not watched by sentinels at these addresses',
    remedy: () => 'Correct REDIS_SENTINELS, or set REDIS_URL.',
  },
  {
    code: 'ENGINE_UNSUPPORTED',
    matches: /WRONGTYPE/,
    problem: 'holds a key of another program',
    remedy: () => 'Set REDIS_KEY_PREFIX to one that nobody else uses.',
  },
  {
    code: 'ENGINE_UNREACHABLE',
    matches: /READONLY/,
    problem: 'is a replica',
    remedy: ({ setting }) =>
      setting === 'REDIS_URL'
        ? 'Name its master in REDIS_URL, or set REDIS_SENTINELS.'
        : 'Wait for the failover.',
  },
  {
    code: 'ENGINE_UNREACHABLE',
    matches: /\bOOM\b/,
    problem: 'has no memory left',
    remedy: () => 'Raise its maxmemory, or set maxmemory-policy to one that evicts.',
  },
  {
    code: 'ENGINE_UNREACHABLE',
    matches: /LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|IOERR/,
    problem: 'cannot answer at the moment',
    remedy: () => 'Wait, and look at its log if it stays so.',
  },
]

/** Turns what ioredis rejected with into an error of the port. Without a cause: ioredis writes commands, so passwords, to its errors. */
export const redisError = (error: unknown, target: RedisTarget): PortError => {
  if (error instanceof PortError) return error
  const text = withoutSecrets(reasonText(error), target)
  const host = target.addresses.map(({ host, port }) => `${host}:${port}`).join(',')
  const kind = KINDS.find(({ matches }) => matches.test(text)) ?? (isReply(error) ? STRANGE : AWAY)
  return new PortError(
    kind.code,
    `${target.label} ${kind.problem}: ${text.replace(/\.+$/, '')}. ${kind.remedy(target)}`,
    { details: { setting: target.setting, host } },
  )
}

const STRANGE: Kind = {
  code: 'ENGINE_UNSUPPORTED',
  matches: /./,
  problem: 'answers what no Redis from 6.2 on would',
  remedy: ({ setting }) => `Correct ${setting}.`,
}

const AWAY: Kind = {
  code: 'ENGINE_UNREACHABLE',
  matches: /./,
  problem: 'cannot be reached',
  remedy: ({ setting }) => `Start it, or correct ${setting}.`,
}

/** Servers before 6 repeat the arguments of a command that they do not know, and the first command carries the password. */
const withoutSecrets = (text: string, { password, sentinelPassword }: RedisTarget): string => {
  let clean = text.replace(/,? with args beginning with.*/s, '')
  for (const secret of [password, sentinelPassword]) if (secret) clean = clean.replaceAll(secret, '…')
  return clean
}

const isReply = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'ReplyError' || error.constructor.name === 'SimpleError')

/** Code and message of an error and of what it stands for. Node leaves the message of several refused addresses empty. */
const reasonText = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { code, lastNodeError } = error as { code?: unknown; lastNodeError?: unknown }
  if (lastNodeError) return reasonText(lastNodeError)
  if (error instanceof AggregateError && !error.message) return reasonText(error.errors[0])
  const message = WORDS.reduce((text, [phrase, words]) => text.replace(phrase, words), error.message)
  return typeof code === 'string' && !message.includes(code) ? `${code} ${message}` : message
}

/** What ioredis says about itself, as people know it. */
const WORDS: readonly (readonly [string, string])[] = [
  ['All sentinels are unreachable and retry is disabled. Last error', 'no sentinel could be asked'],
  ['Connection is closed', 'the connection was refused or closed'],
  ['Command timed out', 'it did not answer in time'],
]
