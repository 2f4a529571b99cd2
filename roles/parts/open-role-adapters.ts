import { type Adapters, openAdapters, type Ports } from '#adapters/open.ts'
import type { RoleConfig } from '#config.ts'
import type { GatewayLogger } from '#gateway/logger.ts'

/** The engines that a role needs, with what happens to them told to its log. */
export function openRoleAdapters<const Name extends keyof Ports>(
  { engines, dataDir, instance }: Pick<RoleConfig, 'engines' | 'dataDir' | 'instance'>,
  { ports, logger }: { ports: readonly Name[]; logger: GatewayLogger },
): Promise<Adapters<Name>> {
  return openAdapters({
    dataDir,
    ports,
    engines,
    clientId: instance,
    onNotice: (level, message) => logger[level](message),
    onRepair: repair => logger.warn('The log was cut back to its last whole record.', { ...repair }),
    onCorrupt: error => logger.error(error.message, { code: error.code }),
  })
}
