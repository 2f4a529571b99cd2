import type { EnvironmentReader } from './environment-reader.ts'
import { type KafkaSettings, readKafkaSettings } from './kafka-settings.ts'
import { type LakeSettings, readLakeSettings } from './lake-settings.ts'
import { type MlflowSettings, readMlflowSettings } from './mlflow-settings.ts'
import { type RedisSettings, readRedisSettings } from './redis-settings.ts'

/** The engines that are named; where one is missing, the embedded one takes its place. */
export interface EngineSettings {
  kafka?: KafkaSettings
  redis?: RedisSettings
  mlflow?: MlflowSettings
  lake?: LakeSettings
}

export function readEngineSettings(read: EnvironmentReader): EngineSettings {
  const kafka = readKafkaSettings(read)
  const redis = readRedisSettings(read)
  const mlflow = readMlflowSettings(read)
  const lake = readLakeSettings(read)
  return {
    ...(kafka && { kafka }),
    ...(redis && { redis }),
    ...(mlflow && { mlflow }),
    ...(lake && { lake }),
  }
}
