import { type Adapters, openAdapters, type Ports } from '#adapters/open.ts'
import type { RoleConfig } from '#config.ts'
import type { GatewayLogger } from '#gateway/logger.ts'
import { SOFTWARE } from './software-version.ts'

/** The engines that a role needs, with what happens to them told to its log. */
export function openRoleAdapters<const Name extends keyof Ports>(
  { engines, dataDir, instance, sql }: Pick<RoleConfig, 'engines' | 'dataDir' | 'instance' | 'sql'>,
  { ports, logger }: { ports: readonly Name[]; logger: GatewayLogger },
): Promise<Adapters<Name>> {
  return openAdapters({
    dataDir,
    ports,
    engines,
    sql,
    clientId: instance,
    software: SOFTWARE,
    onNotice: (level, message) => logger[level](message),
    onRepair: repair => logger.warn('The log was cut back to its last whole record.', { ...repair }),
    onCorrupt: error => logger.error(error.message, { code: error.code }),
  })
}
