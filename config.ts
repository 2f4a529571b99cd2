import { accessHeaders, readAccessSettings } from '#config/access-settings.ts'
import { ConfigError } from '#config/config-error.ts'
import { createEnvironmentReader } from '#config/environment-reader.ts'
import { type Config, type Flags, readPlatformConfig } from '#config/platform-config.ts'
import { readRoleConfig as readRole, type RoleConfig, type RoleFlags } from '#config/role-config.ts'

// Only this file reads the environment; `config/` is told what stands in it.

export { readClusterConfig } from '#config/cluster-config.ts'
export { ConfigError }
export type { Config, Flags } from '#config/platform-config.ts'
export { type RoleConfig, type RoleFlags, type RoleName, ROLES } from '#config/role-config.ts'

/** Settings of the whole platform in one process. Throws ConfigError with every problem at once. */
export function readConfig(flags: Flags = {}, environment: NodeJS.ProcessEnv = process.env): Config {
  return readPlatformConfig(flags, environment)
}

/** Settings of a process with one role. Throws ConfigError with every problem at once. */
export function readRoleConfig(
  role: string | undefined,
  flags: RoleFlags = {},
  environment: NodeJS.ProcessEnv = process.env,
): RoleConfig {
  return readRole(role, flags, environment)
}

/**
 * The headers with which a command proves itself to a platform that wants `ACCESS_TOKEN`, or none.
 * @throws ConfigError for a token that can't be read or is too short to be one.
 */
export function readClientHeaders(
  environment: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
  const problems: string[] = []
  const access = readAccessSettings(createEnvironmentReader(environment, problems))
  if (problems.length > 0) throw new ConfigError(problems)
  return accessHeaders(access)
}
