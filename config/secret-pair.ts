import type { EnvironmentReader } from './environment-reader.ts'

const SHORTEST_SECRET = 32

/** The secret in use (`NAME`), then the one before while it is being changed (`NAME_PREVIOUS`); empty if none is set. */
export function readSecretPair(read: EnvironmentReader, name: string): readonly string[] {
  const previous = `${name}_PREVIOUS`
  const secrets = [name, previous].flatMap(each => {
    const secret = read.secret(each)
    if (secret !== undefined && secret.length < SHORTEST_SECRET)
      read.problem(
        `${each}: ${secret.length} characters given, at least ${SHORTEST_SECRET} wanted, such as those of \`openssl rand -base64 32\`.`,
      )
    return secret === undefined ? [] : [secret]
  })
  if (read.set([previous]).length > 0 && read.set([name]).length === 0)
    read.problem(`${previous} is set without ${name}; the secret that follows it wanted.`)
  return secrets
}
